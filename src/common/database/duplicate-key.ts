import { MongoServerError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/**
 * The index that refused a write, or null where the error is another. Names come from the schemas, where every unique
 * index is named; MongoDB gives them in the message alone.
 */
export function duplicateKeyIndex(thrown: unknown): string | null {
  if (!(thrown instanceof MongoServerError) || thrown.code !== DUPLICATE_KEY) return null;
  return /index: (\S+)/.exec(thrown.message)?.[1] ?? 'unknown';
}
