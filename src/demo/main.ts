import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findCity } from './city/city';
import { type Options, parseOptions, USAGE } from './options';
import { Journal } from './output/journal';
import { playAll, prepare } from './play';
import { openDemoDatabase } from './server/demo-database';
import { freePort } from './server/free-port';
import { ServerProcess } from './server/server-process';
import { serverSettings } from './server/server-settings';
import { Shutdown } from './shutdown';
import type { Stage } from './stories/stage';
import { keepAnswering } from './town';

const PREFERRED_PORT = 3000;
/** What a shell reports of a program that Ctrl-C ended. */
const INTERRUPTED = 130;
/** Signals closer together than this are one wish. */
const SECOND_WISH_MS = 1000;

const journal = new Journal();
const shutdown = new Shutdown();
/** What the demo ends with when it is told to end. */
let exitCode = INTERRUPTED;

async function run(options: Options): Promise<void> {
  const began = performance.now();
  const city = findCity(options.city);
  journal.say(`AllyNet demo: ${city.name} (GeoNames, CC BY 4.0), seed ${options.seed}`);
  const dataDir = join(process.env.DATA_DIR || '.data', 'demo');
  const database = await openDemoDatabase({
    uri: process.env.MONGODB_URI,
    dataDir,
    mongodBinary: process.env.MONGOD_BINARY,
    log: (line) => journal.say(line),
  });
  shutdown.atEnd('remove the database of the demo', () => database.remove());
  // Hundreds of people register, and to each of them the server writes.
  shutdown.atEnd('remove the mail', () =>
    rm(join(dataDir, 'outbox'), { recursive: true, force: true }),
  );
  const admin = { email: 'operator@example.org', password: randomBytes(12).toString('hex') };
  const port = await freePort(Number(process.env.PORT) || PREFERRED_PORT);
  const server = new ServerProcess(port, serverSettings(database, dataDir, port, admin));
  shutdown.atEnd('stop the server', () => server.stop());
  const ended = server.unexpectedEnd();
  await Promise.race([server.untilReady(), ended]);
  journal.say(`The server is ready on ${server.url}, in a process of its own.`);

  const stage = await Promise.race([prepare(server, admin, city, options.seed, journal), ended]);
  shutdown.atEnd('close the sockets', () => closeSockets(stage));
  await Promise.race([playAll(stage, server), ended]);
  exitCode = stage.checks.allPassed ? 0 : 1;
  journal.say(`The demo took ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  if (options.once) return end(exitCode);
  stayUp(stage, port);
  await ended;
}

function stayUp(stage: Stage, port: number): void {
  const { mira } = stage.cast;
  keepAnswering(stage);
  journal.heading('The server stays up');
  journal.say(`Swagger   http://localhost:${port}/docs
API       http://localhost:${port}/api/v1
Log in as ${mira.email}, password ${mira.password} (POST /auth/login)
An SOS raised near ${stage.city.centre.latitude}, ${stage.city.centre.longitude} is answered by the helpers who are online.
Ctrl-C ends it and drops the database.`);
}

function closeSockets({ cast, helpers }: Stage): void {
  const people = [...Object.values(cast), ...helpers.map(({ person }) => person)];
  for (const person of people) person.live.close();
}

/** Leaves nothing behind, then leaves. */
async function end(code: number): Promise<never> {
  const clean = await shutdown.run();
  process.exit(code === 0 && !clean ? 1 : code);
}

function fail(error: unknown): void {
  // What is cut off by the end fails; that is no news.
  if (shutdown.begun) return;
  journal.mute();
  process.stderr.write(
    `The demo failed. ${error instanceof Error ? error.message : String(error)}\n`,
  );
  void end(1);
}

let toldToEndAt = Infinity;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait: the server and the database end with this process. One Ctrl-C may come as
    // two signals, from the terminal and from npm.
    if (performance.now() - toldToEndAt > SECOND_WISH_MS) process.exit(INTERRUPTED);
    if (shutdown.begun) return;
    toldToEndAt = performance.now();
    journal.say('\nEnding …');
    journal.mute();
    void end(exitCode);
  });
}
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else run(options).catch(fail);
} catch (error) {
  process.stderr.write(`${String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
