import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { Clock } from '../../common/time/clock';
import { type AuditChange, AuditEntry } from './schemas/audit-entry.schema';

/** The record of what staff did. */
@Injectable()
export class AuditLog {
  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction of the change: neither is there without the other. */
  async record(
    actor: Actor,
    action: string,
    target: Types.ObjectId,
    changes: Record<string, AuditChange>,
  ): Promise<void> {
    await this.entries.create([{ actor: actor.id, action, target, changes, at: this.clock.now() }]);
  }
}
