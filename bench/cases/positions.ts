import type { LoadAnswer, PositionsOrder } from '../clients/protocol';
import { startMeter } from '../measure/cpu-time';
import { takeTurns } from '../measure/turns';
import type { Child } from '../processes/child';
import type { Later } from '../processes/clean-up';
import { atLeast, compare, cpuEach, type Line, type Pair, rate, type Round } from '../report/lines';
import type { BenchCase } from './bench-case';
import type { Stage } from './stage';

const AT_ONCE = 32;

/**
 * Positions of many helpers, each stored with one `updateOne` on a collection with the same indexes. The floor is the driver
 * alone; what a bare `node:http` server makes of it stands beside.
 */
export const positions: BenchCase = async (stage, later) => {
  const { rounds, updates } = stage.plan.positions;
  stage.say(`${rounds} rounds each of ${updates} positions, ${AT_ONCE} at once …`);
  const ways = await contenders(stage, later);
  for (const way of Object.values(ways)) await way(0);
  const results = await takeTurns(rounds, {
    driver: (round) => ways.driver(round + 1),
    bare: (round) => ways.bare(round + 1),
    put: (round) => ways.put(round + 1),
    socket: (round) => ways.socket(round + 1),
  });
  const { driver, bare, put, socket } = results;
  const lines = [
    atLeast(line('by socket, floor: driver', { floor: driver, allynet: socket }), 0.6),
    line('by PUT, floor: driver', { floor: driver, allynet: put }),
    // Like with like: this floor parses HTTP too.
    atLeast(line('by PUT, floor: node:http', { floor: bare, allynet: put }), 0.6),
    compare(
      'positions: CPU of the server each, PUT, floor: node:http',
      'ms',
      { floor: bare, allynet: put },
      cpuEach('server'),
    ),
    ...(['server', 'mongod'] as const).map((process) =>
      compare(
        `positions: CPU of the ${process} each, socket, floor: driver`,
        'ms',
        { floor: driver, allynet: socket },
        cpuEach(process),
      ),
    ),
  ];
  return {
    lines,
    cpu: Object.values(results).flatMap((all) => all.map(({ cpu }) => cpu)),
    raw: results,
  };
};

async function contenders(stage: Stage, later: Later) {
  const { floorDb, allynetDb } = await stage.city();
  const bare = await stage.floor('floor-server.js', floorDb, later);
  const allynet = await stage.allynet(allynetDb, later);
  const { uri, database } = stage.settings(floorDb);
  const straight = stage.client('positions-client.js', later, {
    MONGODB_URI: uri,
    MONGODB_DATABASE: database,
  });
  const reporter = stage.client('positions-client.js', later);
  const socketReporter = stage.client('positions-client.js', later);
  const way =
    (by: PositionsOrder['by'], client: Child, url: string, server: Child) => (round: number) =>
      report(stage, by, client, url, server, round);
  return {
    driver: way('driver', straight, '', straight),
    bare: way('http', reporter, `${bare.url}/location`, bare.child),
    put: way('http', reporter, `${allynet.url}/api/v1/users/me/location`, allynet.child),
    socket: way('socket', socketReporter, allynet.url, allynet.child),
  };
}

async function report(
  { plan, mongodPid }: Stage,
  by: PositionsOrder['by'],
  client: Child,
  url: string,
  server: Child,
  round: number,
): Promise<Round> {
  const { updates } = plan.positions;
  const order: PositionsOrder = {
    kind: 'positions',
    by,
    url,
    updates,
    people: plan.connected,
    concurrency: AT_ONCE,
    first: round * updates,
  };
  const clients = client === server ? [] : [client.pid];
  const meter = startMeter({ server: server.pid, mongod: mongodPid, clients });
  const { latencies, elapsedMs } = await client.ask<LoadAnswer>(order);
  return {
    operations: updates,
    perSecond: (updates / elapsedMs) * 1000,
    latencies,
    cpu: meter(),
  };
}

function line(how: string, pair: Pair<Round>): Line {
  return compare(`positions ${how}`, 'a second', pair, rate);
}
