import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DomainError } from '../errors/domain-error';

const KEY_FORM = /^[0-9a-f]{64}$/;

export interface FileMetadata {
  /** What the content was found to be, never what somebody said that it is. */
  contentType: string;
}

export interface FileContent {
  stream: Readable;
  bytes: number;
}

/**
 * Where the bytes of files are. Whose a file is and what it is for stands in the database; here it has a random name alone,
 * so that a listing of the store tells nothing, and no name of anybody's becomes a path.
 */
export abstract class FileStore {
  /**
   * Resolves when the content is stored for good: all of it or nothing.
   *
   * @throws DomainError UNAVAILABLE where the store cannot be reached; what the stream fails with.
   */
  abstract put(key: string, content: Readable | Buffer, metadata: FileMetadata): Promise<void>;

  /** Null where there is no such file. The caller reads or destroys the stream. @throws DomainError UNAVAILABLE */
  abstract get(key: string): Promise<FileContent | null>;

  /** Also of what a `put` left behind that was cut off; nothing happens where there is no such file. @throws DomainError UNAVAILABLE */
  abstract delete(key: string): Promise<void>;

  /** @throws DomainError UNAVAILABLE */
  abstract exists(key: string): Promise<boolean>;
}

/** 256 random bits: nobody finds a file by guessing. */
export function newFileKey(): string {
  return randomBytes(32).toString('hex');
}

/** A key, as it is. Threat: a path that leads out of the folder, or into another part of the bucket. */
export function checkedKey(key: string): string {
  if (!KEY_FORM.test(key)) throw new Error('This is no key of a stored file.');
  return key;
}

export function fileStoreAway(): DomainError {
  return new DomainError(
    'UNAVAILABLE',
    'The service cannot reach its file storage right now. Try again in a moment.',
    undefined,
    5,
  );
}
