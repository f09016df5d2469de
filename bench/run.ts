import { MongoClient } from 'mongodb';
import { randomBytes } from 'node:crypto';
import type { DeliveryAnswer, DeliveryOrder } from './clients/protocol';
import {
  copyIndexes,
  dropDatabases,
  endLiveEmergencies,
  populate,
  requestersOf,
} from './data/databases';
import { personId } from './data/people';
import { CONCURRENCY, type Options } from './options';
import { compareWork } from './parity';
import { openDatabase } from './processes/database';
import {
  type Server,
  type ServerOptions,
  startAllyNet,
  startClient,
  startFloor,
} from './processes/servers';
import { type Case, deliveryCases, type OtherWork, otherWork, requestCases } from './report/cases';
import { describeMachine, type Machine } from './report/machine';
import { type Rounds, type RoundsOptions, takeTurns } from './rounds';

export interface Result {
  machine: Machine;
  otherWork: OtherWork | undefined;
  cases: Case[];
  rounds: { atOnce: Rounds; alone: Rounds };
  delivery: DeliveryAnswer;
  deliveryRequesterConnected: DeliveryAnswer;
}

/** Registers what must be undone at the end, whatever happens; undone in reverse order. */
export type Later = (undo: () => void | Promise<void>) => void;

const COMPARED = 20;

/** The whole bench, from an empty database to its figures. */
export async function run(
  options: Options,
  workDir: string,
  later: Later,
  say: (line: string) => void,
): Promise<Result> {
  const { plan } = options;
  const database = await openDatabase(workDir);
  later(() => database.stop());
  const client = await MongoClient.connect(database.uri);
  later(() => client.close());
  const machine = await describeMachine(client);
  const { pid } = await client.db('admin').command({ serverStatus: 1 });
  const names = ['floor', 'allynet'].map(
    (name) => `bench_${randomBytes(4).toString('hex')}_${name}`,
  );
  const [floorDb, allynetDb] = names.map((name) => client.db(name));
  if (!floorDb || !allynetDb) throw new Error('Two databases are needed.');
  later(() => dropDatabases(client, names));
  const both = [floorDb, allynetDb];

  say(`Writing ${plan.helpers} helpers into two databases …`);
  await populate(both, plan);
  const jwtSecret = randomBytes(32).toString('hex');
  const server = (name: string): ServerOptions => ({
    uri: database.uri,
    database: name,
    workDir,
    jwtSecret,
    refreshSecret: randomBytes(32).toString('hex'),
    profileDir: options.profileDir,
  });
  const allynet = await startAllyNet(server(allynetDb.databaseName));
  later(() => allynet.child.stop());
  const indexes = await copyIndexes(allynetDb, floorDb);
  const floor = await startFloor(server(floorDb.databaseName));
  later(() => floor.child.stop());
  const load = startClient('load-client.js', jwtSecret);
  later(() => load.stop());

  const contenders = {
    floor: { url: `${floor.url}/emergencies`, pid: floor.child.pid },
    allynet: { url: `${allynet.url}/api/v1/emergencies`, pid: allynet.child.pid },
  };
  const shared = {
    contenders,
    client: load,
    mongodPid: isLocal(database.uri) ? Number(pid) : undefined,
    requesters: requestersOf(plan),
    afterEach: () => endLiveEmergencies(both),
  } satisfies Partial<RoundsOptions>;

  say(`Warming up (${indexes} indexes copied) …`);
  await takeTurns({
    ...shared,
    concurrency: CONCURRENCY,
    requests: plan.warmUpRequests,
    rounds: 1,
    first: 0,
  });
  const compared = Array.from({ length: COMPARED }, (_, index) => personId('requester', index));
  const alerts = await compareWork(floorDb, allynetDb, compared);
  say(`Both do the same work: ${COMPARED} SOS compared, ${alerts} alerts each on average.`);

  say(`${plan.rounds} rounds each of ${plan.requestsAtOnce} SOS, ${CONCURRENCY} at once …`);
  let first = plan.warmUpRequests;
  const atOnce = await takeTurns({
    ...shared,
    concurrency: CONCURRENCY,
    requests: plan.requestsAtOnce,
    rounds: plan.rounds,
    first,
  });
  first += plan.requestsAtOnce * plan.rounds;
  say(`${plan.rounds} rounds each of ${plan.requestsAlone} SOS, one at a time …`);
  const alone = await takeTurns({
    ...shared,
    concurrency: 1,
    requests: plan.requestsAlone,
    rounds: plan.rounds,
    first,
  });

  const delivery = await timeDelivery(allynet, jwtSecret, plan.deliveries, false, say);
  const withRequester = await timeDelivery(allynet, jwtSecret, plan.deliveries, true, say);
  const cases = [
    ...requestCases({ atOnce, alone }),
    ...deliveryCases(delivery, '50 helpers connected'),
    ...deliveryCases(withRequester, 'requester connected too'),
  ];
  return {
    machine,
    otherWork: otherWork([atOnce, alone]),
    cases,
    rounds: { atOnce, alone },
    delivery,
    deliveryRequesterConnected: withRequester,
  };
}

async function timeDelivery(
  { url }: Server,
  jwtSecret: string,
  times: number,
  requestersConnected: boolean,
  say: (line: string) => void,
): Promise<DeliveryAnswer> {
  const whom = requestersConnected
    ? '50 connected helpers and the requester'
    : '50 connected helpers';
  say(`${times} SOS to ${whom} …`);
  const client = startClient('delivery-client.js', jwtSecret);
  try {
    const order: DeliveryOrder = { kind: 'delivery', url, times, requestersConnected };
    return await client.ask<DeliveryAnswer>(order);
  } finally {
    await client.stop();
  }
}

/** The CPU of a mongod elsewhere cannot be read here. */
function isLocal(uri: string): boolean {
  return /@?(127\.0\.0\.1|localhost)/.test(uri);
}
