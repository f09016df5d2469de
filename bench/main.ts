/**
 * `npm run bench [-- --short] [--only=sos,fanout,…] [--strict] [--profile] [--output file]`
 *
 * What AllyNet costs beside what the same costs at the least on this machine (docs/performance.md). Everything runs on
 * loopback in processes of the bench's own, which end with it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Options, readOptions } from './options';
import { CleanUp } from './processes/clean-up';
import { inWords } from './report/machine';
import { table } from './report/table';
import { type Result, run } from './run';

/** A run takes about a quarter of an hour on a machine at rest; one that takes this long has hung. */
const LIMIT_MS = 40 * 60_000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const began = Date.now();
  const workDir = await mkdtemp(join(tmpdir(), 'allynet-bench-'));
  const cleanUp = new CleanUp();
  cleanUp.later(() => rm(workDir, { recursive: true, force: true }));
  const giveUp = (code: number): void => void cleanUp.run().finally(() => process.exit(code));
  // Not once: a second Ctrl-C must not cut the cleaning up short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => giveUp(130));
  }
  const limit = setTimeout(() => {
    process.stderr.write('The bench has hung and is ended.\n');
    giveUp(2);
  }, LIMIT_MS);
  try {
    const result = await run(options, workDir, cleanUp.later, (line) =>
      process.stderr.write(`${line}\n`),
    );
    await report(result, options, (Date.now() - began) / 1000);
  } finally {
    clearTimeout(limit);
    await cleanUp.run();
  }
}

async function report(result: Result, options: Options, seconds: number): Promise<void> {
  const { machine, lines, otherWork } = result;
  const noise = otherWork
    ? `other work took ${percent(otherWork.median)} of it, at worst ${percent(otherWork.highest)}`
    : 'other work on it is not known';
  process.stdout.write(
    `\n${inWords(machine)}\n${noise}; ${seconds.toFixed(0)} s\n\n${table(lines)}\n\nJSON: ${options.output}\n`,
  );
  await mkdir(dirname(options.output), { recursive: true });
  const json = { at: new Date().toISOString(), seconds, plan: options.plan, ...result };
  await writeFile(options.output, `${JSON.stringify(json, rounded, 1)}\n`);
  const missed = lines.some(({ target }) => target && !target.reached);
  if (options.strict && missed) process.exitCode = 1;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Microseconds are enough, and keep thousands of latencies readable. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The bench failed.\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 2;
});
