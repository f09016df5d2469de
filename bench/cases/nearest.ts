import type { Db } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import type { FillOrder, SearchAnswer, SearchOrder } from '../clients/protocol';
import { inLand, inMetropolis, numbers, type Place } from '../data/places';
import { type CpuUse, startMeter } from '../measure/cpu-time';
import { takeTurns } from '../measure/turns';
import type { Child } from '../processes/child';
import type { Later } from '../processes/clean-up';
import { startRedis } from '../processes/redis';
import { allynetEnvironment } from '../processes/servers';
import {
  compare,
  cpuEach,
  latency,
  type Line,
  type Pair,
  type Round,
  within,
} from '../report/lines';
import type { BenchCase } from './bench-case';
import { Citizens, idOf, type Move } from './nearest-citizens';
import { Movement } from './nearest-movement';
import type { Stage } from './stage';

/** The CPU of a search is the same whatever the radius, so it is told for one. */
const CPU_AT_METERS = 10_000;
const SPOTS = { dense: inMetropolis, sparse: inLand };
const LIMIT_MS = { still: 8, moving: 15 };

type Pace = keyof typeof LIMIT_MS;
type Write = (moves: Move[]) => Promise<unknown>;

/** Somebody who searches, and how positions are written for them. */
interface Contender {
  client: Child;
  write: Write;
}

interface Contenders {
  floor: Contender | undefined;
  allynet: Contender;
}

/** The ranked fifty among a million, beside Redis for as many of the nearest. */
export const nearest: BenchCase = async (stage, later) => {
  const { helpers, movingSeconds } = stage.plan.nearest;
  stage.say(`Writing ${helpers} helpers …`);
  const database = stage.database('nearest', later);
  const citizens = await Citizens.settle(database, helpers);
  const contenders: Contenders = {
    allynet: allynetOf(stage, database, citizens, later),
    floor: await redisOf(stage, later),
  };
  const still = await measure(stage, contenders, 'still');
  await check(stage, citizens, contenders.allynet);
  stage.say(`Moving 2,000 positions a second, ${movingSeconds} s before it is measured …`);
  const warmUp = new Movement(citizens, contenders.allynet.write);
  await delay(movingSeconds * 1000);
  await warmUp.stop();
  const moving = await measure(stage, contenders, 'moving', citizens);
  await check(stage, citizens, contenders.allynet);
  return {
    lines: [...still.lines, ...moving.lines],
    cpu: [...still.cpu, ...moving.cpu],
    raw: { still: still.raw, moving: moving.raw },
  };
};

function allynetOf(stage: Stage, database: Db, citizens: Citizens, later: Later): Contender {
  const env = allynetEnvironment(stage.settings(database));
  const users = database.collection('users');
  const write: Write = async (moves) => {
    await users.bulkWrite(
      moves.map((move) => ({ updateOne: { filter: { _id: idOf(move) }, update: located(move) } })),
      { ordered: false },
    );
    for (const move of moves) citizens.place(move);
  };
  return { client: stage.client('search-client.js', later, env), write };
}

function located({ place }: Move) {
  const { longitude, latitude } = place;
  return {
    $set: {
      location: { type: 'Point', coordinates: [longitude, latitude] },
      locationUpdatedAt: new Date(),
    },
  };
}

async function redisOf(stage: Stage, later: Later): Promise<Contender | undefined> {
  const redis = await startRedis(later);
  if (!redis) {
    stage.say('redis-server is not installed: the search is measured without this floor.');
    return undefined;
  }
  const env = { REDIS_PORT: String(redis.port) };
  const client = stage.client('redis-client.js', later, env);
  const fill: FillOrder = { kind: 'fill', helpers: stage.plan.nearest.helpers };
  await client.ask(fill);
  const write: Write = (moves) =>
    redis.client.geoadd(
      'helpers',
      ...moves.flatMap(({ index, place }) => [place.longitude, place.latitude, String(index)]),
    );
  return { client, write };
}

async function measure(stage: Stage, contenders: Contenders, pace: Pace, citizens?: Citizens) {
  const lines: Line[] = [];
  const cpu: CpuUse[] = [];
  const raw: Record<string, object> = {};
  for (const spot of ['dense', 'sparse'] as const) {
    for (const radius of stage.plan.nearest.radii) {
      stage.say(`Searches, ${spot}, ${radius / 1000} km, ${pace} …`);
      const pair = await inTurns(stage, contenders, spot, radius, citizens);
      const name = `top 50, ${spot}, ${radius / 1000} km, ${pace}`;
      lines.push(within(compare(`${name}: p95`, 'ms', pair, latency(0.95)), LIMIT_MS[pace]));
      if (radius === CPU_AT_METERS) {
        const mongod = cpuEach('mongod')(pair.allynet);
        lines.push({ name: `${name}: CPU of mongod`, unit: 'ms', allynet: mongod });
      }
      cpu.push(...pair.allynet.map((round) => round.cpu));
      raw[`${spot}${radius}`] = pair;
    }
  }
  return { lines, cpu, raw };
}

/** While one of them is asked, its own positions move, if they do. */
async function inTurns(
  stage: Stage,
  { floor, allynet }: Contenders,
  spot: keyof typeof SPOTS,
  radiusMeters: number,
  citizens: Citizens | undefined,
): Promise<Pair<Round>> {
  const { rounds, searches: each } = stage.plan.nearest;
  const search =
    (contender: Contender) =>
    async (round: number): Promise<Round> => {
      const order = orderOf(spot, radiusMeters, round * each, each);
      const movement = citizens && new Movement(citizens, contender.write);
      const { pid } = contender.client;
      const meter = startMeter({ server: pid, mongod: stage.mongodPid, clients: [] });
      const { latencies } = await contender.client.ask<SearchAnswer>(order);
      const cpu = meter();
      const movedPerSecond = await movement?.stop();
      const elapsed = latencies.reduce((sum, one) => sum + one, 0);
      const perSecond = (each / elapsed) * 1000;
      return {
        operations: each,
        perSecond,
        latencies,
        cpu,
        ...(movedPerSecond && { movedPerSecond }),
      };
    };
  if (floor) return takeTurns(rounds, { floor: search(floor), allynet: search(allynet) });
  return { floor: [], ...(await takeTurns(rounds, { allynet: search(allynet) })) };
}

/** @throws Error when a search gave others than looking at everybody does. */
async function check(stage: Stage, citizens: Citizens, { client }: Contender): Promise<void> {
  const { checked, radii } = stage.plan.nearest;
  for (const spot of ['dense', 'sparse'] as const) {
    for (const radiusMeters of radii) {
      const order = orderOf(spot, radiusMeters, 1_000_000, checked);
      const { found } = await client.ask<SearchAnswer>(order);
      order.places.forEach((place, index) => {
        const [own, expected] = [found[index] ?? [], citizens.bestFifty(place, radiusMeters)];
        const missing = expected.filter((one) => !own.includes(one));
        if (missing.length > 0 || own.length !== expected.length) {
          throw new Error(
            `Not the best fifty at ${JSON.stringify(place)} within ${radiusMeters} m: ` +
              `${own.length} found, ${expected.length} expected, missing ${missing.join(', ')}`,
          );
        }
      });
    }
  }
  stage.say(`${checked * radii.length * 2} searches gave the same fifty as brute force.`);
}

function orderOf(
  spot: keyof typeof SPOTS,
  radiusMeters: number,
  first: number,
  count: number,
): SearchOrder {
  const places = Array.from({ length: count }, (_, offset): Place =>
    SPOTS[spot](numbers(2_500_000_000 + first + offset)),
  );
  return { kind: 'search', places, radiusMeters };
}
