import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePort, isPortFree, readPreferredPort, savePreferredPort } from './preferred-port';

describe('choosePort', () => {
  it('keeps the port of the former start while it is free', async () => {
    await expect(choosePort(27_555, async () => true)).resolves.toBe(27_555);
  });

  it('takes another one if somebody else has it', async () => {
    const port = await choosePort(27_555, async (candidate) => candidate !== 27_555);
    expect(port).not.toBe(27_555);
    expect(port).toBeGreaterThanOrEqual(27_100);
    expect(port).toBeLessThan(28_000);
  });

  it('says what to do if none is free', async () => {
    await expect(choosePort(undefined, async () => false)).rejects.toThrow(/MONGODB_URI/);
  });
});

describe('isPortFree', () => {
  it('knows a port that is listened on', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    expect(await isPortFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port)).toBe(true);
  });
});

describe('readPreferredPort', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allynet-port-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('gives back what was saved', async () => {
    await savePreferredPort(folder, 27_345);
    expect(await readPreferredPort(folder)).toBe(27_345);
  });

  it.each(['', 'abc', '80', '70000', '-1', '27100.5'])(
    'is undefined for a file with "%s"',
    async (text) => {
      await writeFile(join(folder, 'allynet.port'), text);
      expect(await readPreferredPort(folder)).toBeUndefined();
    },
  );

  it('is undefined on new data', async () => {
    expect(await readPreferredPort(folder)).toBeUndefined();
  });
});
