import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mongodArguments } from './mongod-process';
import {
  commandLineServes,
  identifyProcess,
  isMongodServing,
  isRunning,
  parseLinuxStat,
} from './process-identity';

const stat = (state: string, threads = 1): string =>
  `4711 (a (strange) name) ${state} 1 ${'0 '.repeat(15)}${threads} 0 98765 1000 200`;

const commandLine = (dbPath: string): string =>
  ['/cache/mongod', ...mongodArguments({ dbPath, port: 27_100, logPath: '/d/l' })].join(' ');

describe('identifyProcess', () => {
  it('gives one process the same token each time', () => {
    const record = identifyProcess(process.pid);
    expect(record).toEqual({ pid: process.pid, startToken: expect.stringMatching(/\S/) });
    expect(identifyProcess(process.pid)).toEqual(record);
  });

  it('does not take a later process with the same pid for the recorded one', () => {
    const record = { pid: process.pid, startToken: 'the token of an earlier process' };
    expect(isRunning(record)).toBe(false);
  });

  it('knows that a process has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
    await once(child, 'spawn');
    const record = identifyProcess(child.pid ?? 0);
    expect(record !== undefined && isRunning(record)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(record !== undefined && isRunning(record)).toBe(false);
  });
});

describe('parseLinuxStat', () => {
  it('reads the start time behind a name with spaces and parentheses', () => {
    expect(parseLinuxStat(stat('S'), 'boot')).toBe('boot:98765');
  });

  it('tells two boots apart', () => {
    expect(parseLinuxStat(stat('S'), 'a')).not.toBe(parseLinuxStat(stat('S'), 'b'));
  });

  it('takes a zombie for ended', () => {
    expect(parseLinuxStat(stat('Z'), 'boot')).toBeUndefined();
  });

  it('takes a zombie whose other threads still hold the port and the files for running', () => {
    expect(parseLinuxStat(stat('Z', 12), 'boot')).toBe('boot:98765');
  });
});

describe('commandLineServes', () => {
  it('recognises the mongod that we start on a folder, in either mode', () => {
    const options = { dbPath: '/data', port: 27_100, logPath: '/l' };
    const alone = ['mongod', ...mongodArguments(options, 'alone')].join(' ');
    expect(commandLineServes(alone, '/data')).toBe(true);
    expect(commandLineServes(commandLine('/data/mongodb'), '/data/mongodb')).toBe(true);
    expect(commandLineServes(commandLine('/my data/mongodb'), '/my data/mongodb')).toBe(true);
  });

  it.each(['/data', '/data/mongodb2', '/other/data/mongodb'])(
    'does not take a mongod on another folder for it: %s',
    (dbPath) => {
      expect(commandLineServes(commandLine(dbPath), '/data/mongodb')).toBe(false);
    },
  );

  it('does not take a folder whose name goes on after a space for it', () => {
    expect(commandLineServes(commandLine('/data old'), '/data')).toBe(false);
  });

  it('does not take somebody else’s mongod on the folder for ours', () => {
    const line = '/usr/bin/mongod --dbpath /data --port 27017 --replSet rs0';
    expect(commandLineServes(line, '/data')).toBe(false);
  });

  it('does not take this process for a mongod', () => {
    expect(isMongodServing(process.pid, '/data')).toBe(false);
  });
});
