import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileStore, newFileKey } from '../../src/common/files/file-store';
import { LocalFileStore } from '../../src/common/files/local-file-store';
import { itStoresFiles } from './file-store-contract';

describe('The local folder for files', () => {
  const parent = mkdtempSync(join(tmpdir(), 'allynet-files-'));
  const folder = join(parent, 'files');
  const store: FileStore = new LocalFileStore(folder);

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  itStoresFiles(() => store);

  const names = (): Promise<string[]> => readdir(folder, { recursive: true });

  it('is readable by the server’s user alone, folders and files', async () => {
    const key = newFileKey();
    await store.put(key, Buffer.from('a'), { contentType: 'application/pdf' });
    const mode = async (path: string) =>
      ((await stat(join(folder, path))).mode & 0o777).toString(8);
    expect(await mode('.')).toBe('700');
    expect(await mode(key.slice(0, 2))).toBe('700');
    expect(await mode(join(key.slice(0, 2), key))).toBe('600');
  });

  it('deletes what a crash left of a file that was being written, and holds nothing unfinished otherwise', async () => {
    expect((await names()).filter((name) => name.includes('unfinished'))).toEqual([]);
    const key = newFileKey();
    await store.put(key, Buffer.from('a'), { contentType: 'application/pdf' });
    const unfinished = join(folder, key.slice(0, 2), `.${key}.unfinished`);
    await writeFile(unfinished, 'half');
    await store.delete(key);
    expect((await names()).filter((name) => name.includes(key))).toEqual([]);
  });
});
