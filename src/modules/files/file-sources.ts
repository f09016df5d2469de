import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';

/** A stored file, and how it is handed out. */
export interface LinkedContent {
  /** The key of the stored file. */
  key: string;
  contentType: string;
  /** The name it is saved under: ours, of letters, digits, `-` and `.`. */
  fileName: string;
}

/**
 * Asked each time a link is opened: may they still, and which file is it? Whatever must be recorded of a look is recorded here,
 * before the first byte goes out.
 *
 * @returns null where it is not there any more, or not for them.
 */
export type FileSource = (viewer: Actor, subject: Types.ObjectId) => Promise<LinkedContent | null>;

/** What links can be for. Each module registers its own purposes in `onModuleInit`, so that links know no domain. */
@Injectable()
export class FileSources {
  private readonly sources = new Map<string, FileSource>();

  register(purpose: string, source: FileSource): void {
    this.sources.set(purpose, source);
  }

  async open(
    viewer: Actor,
    purpose: string,
    subject: Types.ObjectId,
  ): Promise<LinkedContent | null> {
    return (await this.sources.get(purpose)?.(viewer, subject)) ?? null;
  }
}
