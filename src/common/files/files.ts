import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model } from 'mongoose';
import type { Readable } from 'node:stream';
import { DomainError } from '../errors/domain-error';
import { Clock, HOUR, later } from '../time/clock';
import { type FileContent, type FileMetadata, FileStore, newFileKey } from './file-store';
import { FileDeletion } from './schemas/file-deletion.schema';

/** Longer than any request or job takes from storing a file to the row that refers to it. */
const KEEP_WITHIN_MS = HOUR;

/**
 * Files whose life follows the database. A file is stored first and kept by the transaction that writes the row which refers to
 * it; one that is not kept within the hour is deleted. So there is never a row without its file, and a file without a row goes.
 */
@Injectable()
export class Files {
  constructor(
    private readonly store: FileStore,
    @InjectModel(FileDeletion.name) private readonly deletions: Model<FileDeletion>,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a new file, outside any transaction. It is deleted unless `keep` is called within the hour.
   *
   * @returns the key that `keep`, `open` and `discard` take.
   * @throws DomainError UNAVAILABLE; what the stream fails with.
   */
  async add(content: Readable | Buffer, metadata: FileMetadata): Promise<string> {
    const key = newFileKey();
    const dueAt = later(this.clock.now(), KEEP_WITHIN_MS);
    await this.deletions.collection.insertOne({ _id: key, dueAt, begun: false } as never);
    try {
      await this.store.put(key, content, metadata);
    } catch (error) {
      // Some of it may be there. Whatever goes wrong here, its hour ends.
      await this.abandon([key]).catch(() => undefined);
      throw error;
    }
    return key;
  }

  /**
   * Inside the transaction that writes the row which refers to new files.
   *
   * @throws DomainError UNAVAILABLE where they were given up meanwhile: the sender was gone, or it took an hour.
   */
  async keep(session: ClientSession, keys: string[]): Promise<void> {
    const { deletedCount } = await this.deletions.collection.deleteMany(
      { _id: { $in: keys as never[] }, begun: false },
      { session },
    );
    if (deletedCount === keys.length) return;
    throw new DomainError('UNAVAILABLE', 'These files are not there any more: send them again.');
  }

  /** Inside the transaction that takes away what refers to them: they are deleted at `dueAt`, now where none is given. */
  async discard(session: ClientSession, keys: string[], dueAt = this.clock.now()): Promise<void> {
    if (keys.length === 0) return;
    await this.deletions.collection.bulkWrite(
      keys.map((key) => ({
        updateOne: {
          filter: { _id: key as never },
          update: { $set: { dueAt, begun: false } },
          upsert: true,
        },
      })),
      { session },
    );
  }

  /** New files that were not kept and will not be: they need not wait for the hour to pass. */
  async abandon(keys: string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.deletions.collection.updateMany(
      { _id: { $in: keys as never[] } },
      { $set: { dueAt: this.clock.now() } },
    );
  }

  /** Null where there is no such file. @throws DomainError UNAVAILABLE */
  open(key: string): Promise<FileContent | null> {
    return this.store.get(key);
  }
}
