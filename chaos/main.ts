/**
 * `npm run chaos [-- --seed n] [--seconds n] [--rate n] [--short] [--no-faults] [--output folder]`
 *
 * Two nodes and a replica set of three, under load and under faults; afterwards what was acknowledged is compared with what is
 * stored (docs/operations.md). Everything runs on loopback in processes that end with this one.
 */
import 'reflect-metadata';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Shutdown } from '../src/demo/shutdown';
import { type Options, readOptions } from './options';
import { inText, sumOf } from './report';
import { type Result, run } from './run';

/** Beyond the load: the start, the last emergencies, the end. */
const MARGIN_MS = 10 * 60_000;
const shutdown = new Shutdown();

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const workDir = await mkdtemp(join(tmpdir(), 'allynet-chaos-'));
  shutdown.atEnd('remove the data', () => rm(workDir, { recursive: true, force: true }));
  setTimeout(
    () => void shutdown.end(2, 'The run has hung and is ended.'),
    options.seconds * 1000 + MARGIN_MS,
  ).unref();
  const result = await run(
    options,
    workDir,
    (undo) => shutdown.atEnd('clean up', undo),
    (line) => process.stdout.write(`${line}\n`),
  );
  process.stdout.write(`${inText(result, options)}\n`);
  await save(result, options);
  const { lost, duplicated, wrong } = sumOf(result);
  await shutdown.end(lost + duplicated + wrong > 0 ? 1 : 0);
}

async function save(result: Result, options: Options): Promise<void> {
  const { entries: _entries, ...rest } = result;
  const file = join(options.output, 'latest.json');
  await mkdir(options.output, { recursive: true });
  const report = { at: new Date().toISOString(), options, sum: sumOf(result), ...rest };
  await writeFile(file, `${JSON.stringify(report, undefined, 1)}\n`);
  process.stdout.write(`JSON: ${file}\n`);
}

shutdown.guard(main);
