import type { LoadAnswer, LoadOrder } from '../clients/protocol';
import { endLiveEmergencies, requestersOf } from '../data/databases';
import { personId } from '../data/people';
import { compareWork } from '../floor/parity';
import { startMeter } from '../measure/cpu-time';
import { takeTurns } from '../measure/turns';
import type { Later } from '../processes/clean-up';
import {
  atLeast,
  atMost,
  compare,
  cpuEach,
  latency,
  type Line,
  type Pair,
  rate,
  type Round,
} from '../report/lines';
import type { BenchCase } from './bench-case';
import { timeDeliveries } from './sos-delivery';
import type { Stage } from './stage';

const COMPARED = 20;
const AT_ONCE = [16, 64, 1] as const;
type AtOnce = (typeof AT_ONCE)[number];

/** `POST /emergencies` with 50 alerts, beside a bare server that searches and writes the same. */
export const sos: BenchCase = async (stage, later) => {
  const { plan, say } = stage;
  const { floorDb, allynetDb, indexes } = await stage.city();
  const raise = await raiser(stage, later);
  say(`Warming up (${indexes} indexes copied) …`);
  await raise(16, plan.sos.warmUp, 1);
  // The last ones: of those before AllyNet has begun to tell helpers who did not hear.
  const compared = Array.from({ length: COMPARED }, (_, index) =>
    personId('requester', plan.sos.warmUp - 1 - index),
  );
  const alerts = await compareWork(floorDb, allynetDb, compared);
  say(`Both do the same work: ${COMPARED} SOS compared, ${alerts} alerts each on average.`);

  const raw: Record<string, object> = {};
  const lines: Line[] = [];
  const cpu = [];
  for (const atOnce of AT_ONCE) {
    const requests = plan.sos.requests[atOnce];
    const rounds = atOnce === 64 ? Math.ceil(plan.sos.rounds / 2) : plan.sos.rounds;
    say(`${rounds} rounds each of ${requests} SOS, ${atOnce} at once …`);
    const pair = await raise(atOnce, requests, rounds);
    raw[`atOnce${atOnce}`] = pair;
    lines.push(...linesOf(atOnce, pair));
    cpu.push(...[...pair.floor, ...pair.allynet].map((round) => round.cpu));
  }
  const delivery = await timeDeliveries(stage, later);
  return { lines: [...lines, ...delivery.lines], cpu, raw: { ...raw, ...delivery.raw } };
};

/** Has both servers raise SOS in turns. */
async function raiser(stage: Stage, later: Later) {
  const { floorDb, allynetDb } = await stage.city();
  const floor = await stage.floor('floor-server.js', floorDb, later);
  const allynet = await stage.allynet(allynetDb, later);
  const client = stage.client('load-client.js', later);
  const requesters = requestersOf(stage.plan);
  let first = 0;
  return async (concurrency: number, requests: number, rounds: number): Promise<Pair<Round>> => {
    const began = first;
    first += requests * rounds;
    const contender = (url: string, pid: number) => async (round: number) => {
      const order: LoadOrder = {
        kind: 'load',
        url,
        concurrency,
        requests,
        first: began + round * requests,
        requesters,
      };
      const meter = startMeter({ server: pid, mongod: stage.mongodPid, clients: [client.pid] });
      const { latencies, elapsedMs } = await client.ask<LoadAnswer>(order);
      const perSecond = (requests / elapsedMs) * 1000;
      return { operations: requests, perSecond, latencies, cpu: meter() };
    };
    return takeTurns(
      rounds,
      {
        floor: contender(`${floor.url}/emergencies`, floor.child.pid),
        allynet: contender(`${allynet.url}/api/v1/emergencies`, allynet.child.pid),
      },
      // So that everybody may raise the next one.
      () => endLiveEmergencies([floorDb, allynetDb]),
    );
  };
}

function linesOf(atOnce: AtOnce, pair: Pair<Round>): Line[] {
  const name = (what: string) =>
    atOnce === 1 ? `SOS: ${what}, alone` : `SOS: ${what}, ${atOnce} at once`;
  const perSecond = compare(name('requests'), 'a second', pair, rate);
  const p50 = compare(name('p50'), 'ms', pair, latency(0.5));
  const p99 = compare(name('p99'), 'ms', pair, latency(0.99));
  if (atOnce === 1) return [atMost(p50, 1.4), p99];
  if (atOnce === 64) return [perSecond, p50, p99];
  return [
    atLeast(perSecond, 0.8),
    p50,
    atMost(p99, 1.5),
    compare(name('CPU of the server each'), 'ms', pair, cpuEach('server')),
    compare(name('CPU of mongod each'), 'ms', pair, cpuEach('mongod')),
  ];
}
