/**
 * `npm run fuzz [-- --seed n] [--short]`
 *
 * Schemathesis makes requests from the API's own description and sends them to the built server, as several people. Any 5xx,
 * any answer whose status, content type or form is not in the description, and any error in the server's log fails the run.
 */
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedMongo } from '../src/common/database/embedded/embedded-mongo';
import { ApiClient } from '../src/demo/client/api-client';
import { freePort } from '../src/demo/server/free-port';
import { ServerProcess } from '../src/demo/server/server-process';
import { testServerSettings } from '../src/demo/server/server-settings';
import { Shutdown } from '../src/demo/shutdown';
import { type Options, readOptions } from './options';
import { type Credentials, preparePasses } from './passes';
import { Schemathesis } from './schemathesis';

const ADMIN: Credentials = { email: 'admin@example.org', password: 'a password for the admin' };
const CACHE = resolve('.data/fuzz');
const shutdown = new Shutdown();

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const workDir = await mkdtemp(join(tmpdir(), 'allynet-fuzz-'));
  shutdown.atEnd('remove the data', () => rm(workDir, { recursive: true, force: true }));
  const tool = await Schemathesis.install(CACHE, print);
  const server = await startServer(workDir);
  await shutdown.end((await fuzz(tool, server, options, workDir)) > 0 ? 1 : 0);
}

async function startServer(workDir: string): Promise<ServerProcess> {
  const { MONGOD_BINARY: mongodBinary } = process.env;
  const database = await startEmbeddedMongo({
    dataDir: workDir,
    log: print,
    ...(mongodBinary ? { mongodBinary } : {}),
  });
  shutdown.atEnd('stop the database', () => database.stop());
  const server = new ServerProcess(
    await freePort(0),
    testServerSettings({ uri: database.uri, name: 'fuzz' }, workDir, ADMIN),
    join(__dirname, '../../main.js'),
  );
  shutdown.atEnd('stop the server', () => server.stop());
  await server.untilReady();
  return server;
}

/** @returns how much went wrong. */
async function fuzz(
  tool: Schemathesis,
  server: ServerProcess,
  { seed, short }: Options,
  workDir: string,
): Promise<number> {
  print(`Seed ${seed}${short ? ', short' : ''}`);
  let requests = 0;
  let failures = 0;
  for (const pass of await preparePasses(new ApiClient(server.url), ADMIN, short)) {
    const start = performance.now();
    const result = await Promise.race([
      tool.run(server.url, pass, seed, workDir),
      server.unexpectedEnd(),
    ]);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    print(
      `${pass.name.padEnd(10)} ${String(result.operations).padStart(3)} operations ` +
        `${String(result.requests).padStart(6)} requests ${String(result.failures).padStart(3)} failures ${seconds.padStart(6)} s`,
    );
    if (result.failures > 0) print(result.output);
    requests += result.requests;
    failures += result.failures;
  }
  const errors = server.errorLines;
  for (const line of errors) print(line);
  print(`${requests} requests, ${failures} failures, ${errors.length} errors in the server's log`);
  return failures + errors.length;
}

shutdown.guard(main);
