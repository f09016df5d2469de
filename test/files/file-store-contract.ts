import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type FileStore, newFileKey } from '../../src/common/files/file-store';

const PDF = { contentType: 'application/pdf' };

/** What every place for files must do, whichever it is. */
export function itStoresFiles(store: () => FileStore): void {
  const read = async (key: string): Promise<Buffer> => {
    const found = await store().get(key);
    if (!found) throw new Error('There is no such file.');
    const content = await buffer(found.stream);
    expect(found.bytes).toBe(content.length);
    return content;
  };

  it.each([0, 1, 70_000, 6_000_000])(
    'gives back %d bytes as they came, from a buffer and from a stream',
    async (size) => {
      const content = randomBytes(size);
      const [one, other] = [newFileKey(), newFileKey()];
      await store().put(one, content, PDF);
      await store().put(other, Readable.from(chunksOf(content)), PDF);
      expect((await read(one)).equals(content)).toBe(true);
      expect((await read(other)).equals(content)).toBe(true);
    },
  );

  it('knows what is there and what is not', async () => {
    const key = newFileKey();
    expect(await store().exists(key)).toBe(false);
    expect(await store().get(key)).toBeNull();
    await store().put(key, Buffer.from('a'), PDF);
    expect(await store().exists(key)).toBe(true);
  });

  it('deletes for good, and what is not there without a word', async () => {
    const key = newFileKey();
    await store().delete(key);
    await store().put(key, Buffer.from('a'), PDF);
    await store().delete(key);
    await store().delete(key);
    expect(await store().exists(key)).toBe(false);
    expect(await store().get(key)).toBeNull();
  });

  it('stores nothing of a stream that breaks off', async () => {
    const key = newFileKey();
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(100_000);
        throw new Error('The sender went away.');
      })(),
    );
    await expect(store().put(key, broken, PDF)).rejects.toThrow('The sender went away.');
    expect(await store().exists(key)).toBe(false);
    // The same key is free again.
    await store().put(key, Buffer.from('whole'), PDF);
    expect(String(await read(key))).toBe('whole');
  });

  it.each([
    '',
    'id.pdf',
    '../../secrets.json',
    `${'a'.repeat(63)}/`,
    `${'a'.repeat(62)}..`,
    'A'.repeat(64),
    `${'a'.repeat(64)}\0`,
  ])('takes no key but its own random ones: %j', async (key) => {
    await expect(store().put(key, Buffer.from('a'), PDF)).rejects.toThrow(/no key/);
    await expect(async () => store().get(key)).rejects.toThrow(/no key/);
    await expect(async () => store().delete(key)).rejects.toThrow(/no key/);
    await expect(async () => store().exists(key)).rejects.toThrow(/no key/);
  });
}

function chunksOf(content: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += 65_536)
    chunks.push(content.subarray(at, at + 65_536));
  return chunks;
}
