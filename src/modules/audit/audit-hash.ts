import { BSON } from 'mongodb';
import { createHash, randomBytes } from 'node:crypto';
import type { AuditChange, AuditEntry } from './schemas/audit-entry.schema';

/** What the first entry stands on. */
export const GENESIS = '0'.repeat(64);

type Changes = Record<string, AuditChange>;
/** The part of an entry that is never erased. */
export type Sealed = Omit<AuditEntry, 'hash' | 'changes' | 'salt'>;

/** Changes as they come back from the database: without what is undefined, so that the digest is the same then. */
export function storable(changes: Changes): Changes {
  return BSON.EJSON.parse(BSON.EJSON.stringify(changes)) as Changes;
}

export function newSalt(): string {
  return randomBytes(16).toString('hex');
}

/** Salted, as there are few changes to choose from: an unsalted digest would tell them after their erasure. */
export function digestOf(salt: string, changes: Changes): string {
  return sha256(`${salt}\n${BSON.EJSON.stringify(changes)}`);
}

/** Of every field in a fixed order; JSON, so that no two entries are written the same. */
export function hashOf(entry: Sealed): string {
  const { _id, seq, at, actor, action, target, person, digest, previous } = entry;
  const ids = [_id, actor, target, person].map((id) => id?.toHexString() ?? null);
  return sha256(JSON.stringify([seq, at.toISOString(), action, ...ids, digest, previous]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
