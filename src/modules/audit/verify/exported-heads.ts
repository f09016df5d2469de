import { readFile } from 'node:fs/promises';
import type { ExportedHead } from '../audit-head-export';

/** What a file of exported heads says, and the lines that say nothing: a node was killed while it wrote. */
export interface Heads {
  heads: ExportedHead[];
  unreadable: number;
}

/** @throws Error where the file cannot be read. */
export async function readHeads(path: string): Promise<Heads> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const heads = lines.map(toHead).filter((head) => head !== null);
  return { heads, unreadable: lines.length - heads.length };
}

function toHead(line: string): ExportedHead | null {
  try {
    const value = JSON.parse(line) as Partial<ExportedHead> | null;
    const { seq, hash, at = '', node = '' } = value ?? {};
    return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash, at, node } : null;
  } catch {
    return null;
  }
}
