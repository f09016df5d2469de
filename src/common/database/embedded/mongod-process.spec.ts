import { cacheSizeGb, mongodArguments } from './mongod-process';

const GB = 1024 ** 3;

describe('cacheSizeGb', () => {
  it.each([
    [1, 0.25],
    [2, 0.25],
    [4, 0.5],
    [8, 1],
    [64, 1],
  ])('of a machine with %d GB is %d GB', (memory, cache) => {
    expect(cacheSizeGb(memory * GB)).toBe(cache);
  });
});

describe('mongodArguments', () => {
  const args = mongodArguments({ dbPath: '/data', port: 27_100, logPath: '/mongodb.log' });

  it('lets a transaction of a killed node hold its keys for seconds, not for the default minute', () => {
    expect(args).toContain('transactionLifetimeLimitSeconds=5');
  });

  it('lets only this machine in, since there is no password', () => {
    expect(args[args.indexOf('--bind_ip') + 1]).toBe('127.0.0.1');
    expect(args).toContain('--nounixsocket');
  });

  it('makes it a replica set, for transactions and change streams', () => {
    expect(args[args.indexOf('--replSet') + 1]).toBe('allynet');
  });

  it('lets nothing expire while it serves without its replica set', () => {
    const options = { dbPath: '/data', port: 27_100, logPath: '/mongodb.log' };
    const alone = mongodArguments(options, 'alone');
    expect(alone).not.toContain('--replSet');
    expect(alone).toContain('ttlMonitorEnabled=false');
  });
});
