import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { transformFile } from '@swc/core';
import { MongoClient } from 'mongodb';
import {
  parseClaim,
  pidFile,
  type ClaimRecord,
} from '../../src/common/database/embedded/data-folder-claim';
import {
  startEmbeddedMongo,
  type EmbeddedMongo,
} from '../../src/common/database/embedded/embedded-mongo';
import {
  isMongodServing,
  isRunning,
  type ProcessRecord,
} from '../../src/common/database/embedded/process-identity';

const ROOT = resolve(__dirname, '../..');
const SOURCE = join(ROOT, 'src/common/database/embedded');
const { MONGOD_BINARY: mongodBinary } = process.env;

/** A server in miniature: prints its uri, and at Ctrl-C writes once more before it stops its database. */
const SERVER = `
const { startEmbeddedMongo } = require(process.argv[1] + '/embedded-mongo.js');
const { MongoClient } = require('mongodb');
const [, , dataDir, mongodBinary] = process.argv;
startEmbeddedMongo({ dataDir, mongodBinary, log: () => undefined }).then((mongo) => {
  setInterval(() => undefined, 1000);
  process.on('SIGINT', async () => {
    const client = await MongoClient.connect(mongo.uri);
    for (let n = 0; n < 50; n += 1) await client.db('app').collection('drained').insertOne({ n });
    await client.close();
    await mongo.stop();
    process.exit(0);
  });
  console.log(mongo.uri);
});
`;

let compiled: string;
let dataDir: string;
let servers: ChildProcess[];
let running: EmbeddedMongo[];

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), 'allynet-embedded-js-'));
  for (const name of await readdir(SOURCE)) {
    if (name.endsWith('.spec.ts')) continue;
    const { code } = await transformFile(join(SOURCE, name), {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    await writeFile(join(compiled, name.replace(/\.ts$/, '.js')), code);
  }
});

afterAll(async () => {
  await rm(compiled, { recursive: true, force: true });
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'allynet-embedded-'));
  servers = [];
  running = [];
});

afterEach(async () => {
  for (const server of servers) server.kill('SIGKILL');
  for (const mongo of running) await mongo.stop();
  const mongod = (await readClaim())?.mongod;
  if (mongod !== undefined) await until('mongod is gone', () => !isRunning(mongod));
  await rm(dataDir, { recursive: true, force: true });
});

const dbPath = (): string => join(dataDir, 'mongodb');

async function readClaim(): Promise<ClaimRecord | undefined> {
  return parseClaim(await readFile(pidFile(dbPath()), 'utf8').catch(() => ''));
}

async function start(log: (line: string) => void = () => undefined): Promise<EmbeddedMongo> {
  const mongo = await startEmbeddedMongo({ dataDir, mongodBinary, log });
  running.push(mongo);
  return mongo;
}

/** A server in a process of its own, in a group of its own as a terminal gives it. */
async function startServer(): Promise<{
  server: ChildProcess;
  uri: string;
  mongod: ProcessRecord;
}> {
  const args = ['-e', SERVER, compiled, dataDir, mongodBinary ?? ''];
  const env = { ...process.env, NODE_PATH: join(ROOT, 'node_modules') };
  const server = spawn(process.execPath, args, {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  const [uri] = await once(createInterface(server.stdout), 'line');
  const mongod = (await readClaim())?.mongod;
  if (mongod === undefined) throw new Error('The pid file names no mongod.');
  expect(isMongodServing(mongod.pid, dbPath())).toBe(true);
  return { server, uri: String(uri), mongod };
}

async function until(what: string, check: () => boolean, limitMs = 8_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await delay(25);
  }
}

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const insert = (uri: string, name: string): Promise<unknown> =>
  withClient(uri, (client) =>
    client.db('app').collection<{ name: string }>('things').insertOne({ name }),
  );

const names = (uri: string): Promise<unknown[]> =>
  withClient(uri, (client) => client.db('app').collection('things').distinct('name'));

const port = (uri: string): number => Number(new URL(uri).port);

/** Has `squatter` listen on a port of ours meanwhile. */
async function whileTaken(
  taken: number,
  squatter: Server,
  action: () => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  squatter.on('connection', (socket) => sockets.add(socket));
  await once(squatter.listen(taken, '127.0.0.1'), 'listening');
  try {
    await action();
  } finally {
    for (const socket of sockets) socket.destroy();
    squatter.close();
  }
}

/** All descendants of a process, as `nest start --watch` looks for them. */
function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

describe('the embedded MongoDB', () => {
  it('has transactions and change streams', async () => {
    const { uri } = await start();
    await withClient(uri, async (client) => {
      const events = client.db('app').collection('events');
      await events.insertOne({ n: 0 });
      const stream = events.watch();
      await stream.tryNext(); // opened
      await client.withSession((session) =>
        session.withTransaction(() => events.insertOne({ n: 1 }, { session })),
      );
      const change = await stream.next();
      expect(change).toMatchObject({ operationType: 'insert', fullDocument: { n: 1 } });
      await stream.close();
    });
  });

  it('keeps its data and its port from one start to the next', async () => {
    const first = await start();
    await insert(first.uri, 'kept');
    await first.stop();
    await first.stop(); // may be called again
    expect(await readClaim()).toBeUndefined();
    const second = await start();
    expect(second.uri).toBe(first.uri);
    expect(await names(second.uri)).toEqual(['kept']);
  });

  it('moves to another port when somebody else has taken its own, even one who never answers', async () => {
    const first = await start();
    await insert(first.uri, 'before');
    await first.stop();
    await whileTaken(port(first.uri), createServer(), async () => {
      const second = await start();
      expect(port(second.uri)).not.toBe(port(first.uri));
      await insert(second.uri, 'after');
      expect(await names(second.uri)).toEqual(['after', 'before']);
    });
  });

  it('moves to another port after a crash as well, with the committed data', async () => {
    const { server, uri, mongod } = await startServer();
    await insert(uri, 'committed');
    process.kill(mongod.pid, 'SIGKILL');
    server.kill('SIGKILL');
    await once(server, 'exit');
    await until('mongod is gone', () => !isRunning(mongod));
    const rude = createServer((socket) => socket.destroy());
    await whileTaken(port(uri), rude, async () => {
      const next = await start();
      expect(port(next.uri)).not.toBe(port(uri));
      expect(await names(next.uri)).toEqual(['committed']);
    });
  });

  it('refuses a folder that a living server uses, and leaves that server alone', async () => {
    const { server, uri } = await startServer();
    const refusal = start();
    await expect(refusal).rejects.toThrow(`pid ${server.pid}`);
    await expect(refusal).rejects.toThrow(dbPath());
    await expect(refusal).rejects.toThrow('DATA_DIR');
    await insert(uri, 'still served');
  });

  it('drains before the database goes, at Ctrl-C and when all descendants are told to end', async () => {
    const { server, mongod } = await startServer();
    const pid = server.pid ?? 0;
    for (const descendant of descendants(pid)) process.kill(descendant, 'SIGTERM');
    process.kill(-pid, 'SIGINT');
    expect(await once(server, 'exit')).toEqual([0, null]);
    expect(isRunning(mongod)).toBe(false);
    const { uri } = await start();
    const drained = await withClient(uri, (client) =>
      client.db('app').collection('drained').countDocuments(),
    );
    expect(drained).toBe(50);
  });

  it('ends with a server that is killed, and the next start has the data', async () => {
    const { server, uri, mongod } = await startServer();
    await insert(uri, 'committed');
    server.kill('SIGKILL');
    await until('mongod is gone', () => !isRunning(mongod), 4_000);
    const next = await start();
    expect(await names(next.uri)).toEqual(['committed']);
  });

  it('is ended by the next start if the watchdog was killed as well', async () => {
    const { server, uri, mongod } = await startServer();
    await insert(uri, 'committed');
    const watchdog = (await readClaim())?.watchdogPid ?? 0;
    process.kill(watchdog, 'SIGKILL');
    await until('the watchdog is gone', () => !descendants(server.pid ?? 0).includes(watchdog));
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(isRunning(mongod)).toBe(true);
    const lines: string[] = [];
    const next = await start((line) => lines.push(line));
    expect(lines[0]).toContain(`Ending the mongod (pid ${mongod.pid})`);
    expect(isRunning(mongod)).toBe(false);
    expect(await names(next.uri)).toEqual(['committed']);
  });

  it('says so when the folder is held by a mongod of unknown origin', async () => {
    const { server, mongod } = await startServer();
    await rm(pidFile(dbPath()));
    await expect(start()).rejects.toThrow(`another mongod (pid ${mongod.pid})`);
    server.kill('SIGKILL');
    await until('mongod is gone', () => !isRunning(mongod));
  });

  it('shows mongod’s own reasons when it cannot start on the data', async () => {
    await mkdir(dbPath(), { recursive: true });
    for (const name of ['WiredTiger', 'WiredTiger.wt', 'WiredTiger.turtle']) {
      await writeFile(join(dbPath(), name), 'not a database');
    }
    await expect(start()).rejects.toThrow(/mongod ended while it was starting[^]*WiredTiger/);
    expect(await readClaim()).toBeUndefined();
  });

  it('says what is wrong with MONGOD_BINARY', async () => {
    const missing = join(dataDir, 'mongod');
    const failure = startEmbeddedMongo({ dataDir, mongodBinary: missing, log: () => undefined });
    await expect(failure).rejects.toThrow(`MONGOD_BINARY is ${missing}`);
    expect(await readClaim()).toBeUndefined();
  });
});
