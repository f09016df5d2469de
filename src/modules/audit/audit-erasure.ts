import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { AuditEntry } from './schemas/audit-entry.schema';

/** Takes what was said of a person out of the log when they are erased; the chain, which holds digests, stays whole. */
@Injectable()
export class AuditErasure implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly lifecycle: UserLifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /** The salt goes, too: with it the few changes there are to choose from could be tried against the digest. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.entries.updateMany({ person: user }, { $set: { changes: null, salt: null } });
  }
}
