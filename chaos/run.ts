import { MongoClient } from 'mongodb';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resolveMongod } from '../src/common/database/embedded/mongod-binary';
import { check, type Verdict } from './check/check';
import { type Evidence, readPhones, readStored } from './check/evidence';
import { ADMIN, Cluster } from './cluster/cluster';
import { MongoSet } from './cluster/mongo-set';
import { Driver } from './driver/driver';
import { type Entry, Journal } from './driver/journal';
import { settle } from './driver/village';
import { type Done, inflict, type Target } from './faults';
import type { Options } from './options';
import { type Recovery, recoveries } from './recovery';
import { type Fault, schedule } from './schedule';

const DATABASE = 'chaos';
/** Villages for each emergency a second: enough for all that pile up while there is no primary. */
const VILLAGES_PER_RATE = 12;
/** Load after the last fault was repaired. */
const AFTER_LAST_MS = 3000;
/** What was sent to a phone is there by then. */
const QUIET_MS = 3000;

export interface Result {
  seconds: number;
  faults: Done[];
  entries: Entry[];
  verdict: Verdict;
  /** What clients met that no fault explains. */
  problems: string[];
  recoveries: Recovery[];
  /** What the nodes logged as errors. */
  errorLines: string[];
  skipped: number;
}

/**
 * @param workDir a folder that is thrown away.
 * @param atEnd takes what must be undone, also when the run is broken off.
 */
export async function run(
  options: Options,
  workDir: string,
  atEnd: (undo: () => Promise<void> | void) => void,
  log: (line: string) => void,
): Promise<Result> {
  const { seed, seconds, rate } = options;
  const faults = options.faults ? schedule(seed, seconds) : [];
  const { MONGOD_BINARY: mongodBinary } = process.env;
  const binary = await resolveMongod({ log, ...(mongodBinary ? { mongodBinary } : {}) });

  const mongo = await MongoSet.start(binary.path, workDir);
  atEnd(() => mongo.stop());
  const cluster = await Cluster.start(mongo.uri, DATABASE, join(workDir, 'data'));
  atEnd(() => cluster.stop());
  const client = await MongoClient.connect(mongo.uri);
  atEnd(() => client.close());
  const journal = new Journal(join(options.output, 'journal.jsonl'));
  const villages = await settle({
    url: cluster.proxy.url,
    admin: ADMIN,
    villages: 1 + Math.ceil(rate * VILLAGES_PER_RATE),
    journal,
  });
  const driver = new Driver(villages, seed);
  atEnd(() => driver.close());
  await driver.settle();
  log(`Load: ${rate} SOS a second for ${seconds} s, ${faults.length} faults, seed ${seed}.`);

  const load = new AbortController();
  atEnd(() => load.abort());
  const began = Date.now();
  const target: Target = { mongo, cluster, driver, client, database: DATABASE };
  const loading = driver.run(rate, load.signal);
  const done = await inflictAll(faults, began, target, log);
  // On a slow machine faults take longer; somebody must come after the last to see that it is over.
  await delay(Math.max(AFTER_LAST_MS, began + seconds * 1000 - Date.now()));
  load.abort();
  await loading;
  await driver.settle();
  await delay(QUIET_MS);
  const evidence: Evidence = {
    entries: journal.entries,
    stored: await readStored(client, DATABASE),
    phones: readPhones(villages),
    helpersOf: (requester) => {
      const home = villages.find(({ requesters }) => requesters.some(({ id }) => id === requester));
      return (home?.helpers ?? []).map(({ id }) => id);
    },
  };
  return {
    seconds: (Date.now() - began) / 1000,
    faults: done,
    entries: journal.entries,
    verdict: check(evidence),
    problems: driver.problems,
    recoveries: recoveries(done, journal.entries),
    errorLines: cluster.errorLines,
    skipped: driver.skipped,
  };
}

function hits({ kind }: Fault): 'member' | 'node' | 'network' {
  if (kind === 'connections-drop') return 'network';
  return kind === 'primary-kill' || kind === 'primary-pause' ? 'member' : 'node';
}

async function inflictAll(
  faults: readonly Fault[],
  began: number,
  target: Target,
  log: (line: string) => void,
): Promise<Done[]> {
  const done: Promise<Done>[] = [];
  const hit = new Map<string, Promise<unknown>>();
  for (const fault of faults) {
    await delay(Math.max(0, began + fault.atMs - Date.now()));
    // On a slow machine the one before may not be repaired yet; with both nodes or two members away nobody could answer.
    const what = hits(fault);
    await hit.get(what);
    const one = inflict(fault, target);
    done.push(one);
    hit.set(what, one);
    void one.then(
      ({ at, kind, detail }) => log(`${((at - began) / 1000).toFixed(1)} s  ${kind}: ${detail}`),
      () => undefined,
    );
  }
  return Promise.all(done);
}
