import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { AuditChain } from './audit-chain';
import { AuditEntry } from './schemas/audit-entry.schema';

/** Entries older than the chain come into it when a node starts, in the order they were written. */
@Injectable()
export class AuditMigration implements OnApplicationBootstrap {
  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly chain: AuditChain,
    private readonly transactions: TransactionRunner,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    let moved = 0;
    while (await this.transactions.run((session) => this.moveOldest(session))) moved += 1;
    if (moved > 0)
      new Logger(AuditMigration.name).log(`${moved} entries came into the audit chain`);
  }

  /** Of two nodes that start at once the deletion lets one move it. @returns false when none is left. */
  private async moveOldest(session: ClientSession): Promise<boolean> {
    const old = await this.entries.collection.findOneAndDelete(
      { seq: { $exists: false } },
      { session, sort: { _id: 1 } },
    );
    if (!old) return false;
    const { actor, action, target, at, changes } = old as AuditEntry;
    await this.chain.append({ actor, action, target, at, changes: changes ?? {}, person: null });
    return true;
  }
}
