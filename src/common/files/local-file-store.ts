import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkedKey, type FileContent, FileStore } from './file-store';

/**
 * Files in a folder of this machine, readable by the server's user alone. Several nodes need one folder that all of them
 * see, or S3.
 */
export class LocalFileStore extends FileStore {
  constructor(private readonly folder: string) {
    super();
  }

  async put(key: string, content: Readable | Buffer): Promise<void> {
    const { folder, file, unfinished } = this.pathsOf(key);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const handle = await open(unfinished, 'wx', 0o600);
      try {
        await writeFile(handle, content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      // Seen whole or not at all, and after a power cut still.
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    for (const changed of [folder, this.folder]) await syncFolder(changed);
  }

  async get(key: string): Promise<FileContent | null> {
    const { file } = this.pathsOf(key);
    try {
      const { size } = await stat(file);
      return { stream: createReadStream(file), bytes: size };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const { folder, file, unfinished } = this.pathsOf(key);
    await rm(unfinished, { force: true });
    await rm(file, { force: true });
    await syncFolder(folder).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async exists(key: string): Promise<boolean> {
    try {
      await access(this.pathsOf(key).file);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** 256 folders, as a single one with very many files is slow on some systems. */
  private pathsOf(key: string): { folder: string; file: string; unfinished: string } {
    const folder = join(this.folder, checkedKey(key).slice(0, 2));
    return { folder, file: join(folder, key), unfinished: join(folder, `.${key}.unfinished`) };
  }
}

/** A rename or a removal is on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
