import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataFolder, describeLivingOwner, parseClaim, pidFile } from './data-folder-claim';
import { identifyProcess } from './process-identity';

describe('claimDataFolder', () => {
  const deadOwner = { pid: process.pid, startToken: 'of an earlier process with this pid' };
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allynet-claim-'));
    lines.length = 0;
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('writes who owns the folder and removes it on release', async () => {
    const claim = await claimDataFolder(folder, log);
    await claim.record({ port: 27_100, watchdogPid: 42 });
    const record = parseClaim(await readFile(pidFile(folder), 'utf8'));
    expect(record).toEqual({ owner: identifyProcess(process.pid), port: 27_100, watchdogPid: 42 });
    await claim.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a folder whose owner is alive', async () => {
    const claim = await claimDataFolder(folder, log);
    await expect(claimDataFolder(folder, log)).rejects.toThrow(/is in use by.*DATA_DIR/);
    await claim.release();
  });

  it.each([
    ['a dead owner', JSON.stringify({ owner: deadOwner })],
    ['an empty file', ''],
    ['something that is no record', '{"owner": 12}'],
  ])('takes over from %s', async (_, text) => {
    await writeFile(pidFile(folder), text);
    const claim = await claimDataFolder(folder, log);
    expect(parseClaim(await readFile(pidFile(folder), 'utf8'))?.owner.pid).toBe(process.pid);
    expect(await readdir(folder)).toEqual(['allynet.pid']);
    await claim.release();
  });

  it('gives a folder with a stale pid file to only one of many who start at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      await writeFile(pidFile(folder), JSON.stringify({ owner: deadOwner }));
      const starts = Array.from({ length: 4 }, () => claimDataFolder(folder, log));
      const results = await Promise.allSettled(starts);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await rm(pidFile(folder));
    }
  });

  it('leaves a stranger alone that was given the pid of our dead mongod', async () => {
    const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
    await once(stranger, 'spawn');
    const mongod = identifyProcess(stranger.pid ?? 0);
    await writeFile(pidFile(folder), JSON.stringify({ owner: deadOwner, mongod }));
    await writeFile(join(folder, 'mongod.lock'), `${stranger.pid}\n`);
    const claim = await claimDataFolder(folder, log);
    expect(stranger.signalCode).toBeNull();
    expect(lines).toEqual([]);
    stranger.kill('SIGKILL');
    await once(stranger, 'close');
    await claim.release();
  });
});

describe('describeLivingOwner', () => {
  it('says which process, which folder and what to do', () => {
    const message = describeLivingOwner('/data/mongodb', { owner: { pid: 4711, startToken: 't' } });
    expect(message).toContain('/data/mongodb');
    expect(message).toContain('pid 4711');
    expect(message).toContain('Stop that server, or set DATA_DIR');
  });
});
