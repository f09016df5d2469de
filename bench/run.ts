import { MongoClient } from 'mongodb';
import type { BenchCase } from './cases/bench-case';
import { fanout } from './cases/fanout';
import { memory } from './cases/memory';
import { nearest } from './cases/nearest';
import { positions } from './cases/positions';
import { sos } from './cases/sos';
import { Stage } from './cases/stage';
import { start } from './cases/start';
import type { CpuUse } from './measure/cpu-time';
import { type OtherWork, otherWork } from './measure/noise';
import type { CaseName, Options } from './options';
import { CleanUp, type Later } from './processes/clean-up';
import { openDatabase } from './processes/database';
import type { Line } from './report/lines';
import { describeMachine, type Machine } from './report/machine';

export interface Result {
  machine: Machine;
  otherWork: OtherWork | undefined;
  lines: Line[];
  raw: Partial<Record<CaseName, object>>;
}

const BENCH_CASES: Record<CaseName, BenchCase> = {
  sos,
  fanout,
  memory,
  nearest,
  positions,
  start,
};

/** The chosen cases, from an empty database to their figures. */
export async function run(
  options: Options,
  workDir: string,
  later: Later,
  say: (line: string) => void,
): Promise<Result> {
  const database = await openDatabase(workDir);
  later(() => database.stop());
  const client = await MongoClient.connect(database.uri);
  later(() => client.close());
  const { pid } = await client.db('admin').command({ serverStatus: 1 });
  const mongodPid = isLocal(database.uri) ? Number(pid) : undefined;
  const stage = new Stage({ options, workDir, uri: database.uri, client, mongodPid, later, say });
  const lines: Line[] = [];
  const cpu: CpuUse[] = [];
  const raw: Result['raw'] = {};
  for (const name of options.cases) {
    // Each leaves the machine to the next as it found it.
    const own = new CleanUp();
    later(() => own.run());
    const result = await BENCH_CASES[name](stage, own.later);
    await own.run();
    lines.push(...result.lines);
    cpu.push(...result.cpu);
    raw[name] = result.raw;
  }
  return { machine: await describeMachine(client), otherWork: otherWork(cpu), lines, raw };
}

/** The CPU of a mongod elsewhere cannot be read here. */
function isLocal(uri: string): boolean {
  return /@?(127\.0\.0\.1|localhost)/.test(uri);
}
