import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, MongoError } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { digestOf, GENESIS, hashOf, newSalt, type Sealed, storable } from './audit-hash';
import { AUDIT_SEQ_INDEX, type AuditChange, AuditEntry } from './schemas/audit-entry.schema';

export type NewAuditEntry = Pick<AuditEntry, 'actor' | 'action' | 'target' | 'person' | 'at'> & {
  changes: Record<string, AuditChange>;
};

/** The end of a chain: how far it goes, and the hash that stands for all of it. */
export type AuditHead = Pick<AuditEntry, 'seq' | 'hash'>;

/** Puts entries into the chain. The only writer of `audit_log`, but for the erasure of what is beside it. */
@Injectable()
export class AuditChain {
  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Appends one entry in the transaction that is under way, or in one of its own. Of two that append at once the unique
   * `seq` lets one through; the transaction of the other runs again and stands behind it.
   */
  append(entry: NewAuditEntry): Promise<void> {
    return this.transactions.run((session) => {
      this.transactions.contended('audit_log');
      return this.link(session, entry);
    });
  }

  /** Null while nothing was recorded. */
  async head(session?: ClientSession): Promise<AuditHead | null> {
    const last = await this.entries.collection.findOne(
      { seq: { $gt: 0 } },
      { sort: { seq: -1 }, projection: { seq: 1, hash: 1 }, ...(session ? { session } : {}) },
    );
    return last as AuditHead | null;
  }

  private async link(
    session: ClientSession,
    { changes: wanted, ...plain }: NewAuditEntry,
  ): Promise<void> {
    const last = await this.head(session);
    const changes = storable(wanted);
    const salt = newSalt();
    const sealed: Sealed = {
      ...plain,
      _id: new Types.ObjectId(),
      seq: (last?.seq ?? 0) + 1,
      digest: digestOf(salt, changes),
      previous: last?.hash ?? GENESIS,
    };
    const entry: AuditEntry = { ...sealed, hash: hashOf(sealed), changes, salt };
    try {
      await this.entries.collection.insertOne(entry, { session });
    } catch (error) {
      // MongoDB mostly calls it a write conflict, which runs the transaction again; a key that is taken ends it.
      if (duplicateKeyIndex(error) === AUDIT_SEQ_INDEX && error instanceof MongoError) {
        error.addErrorLabel('TransientTransactionError');
      }
      throw error;
    }
  }
}
