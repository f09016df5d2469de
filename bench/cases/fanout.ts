import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectOrder, EventAnswer, EventOrder } from '../clients/protocol';
import { endLiveEmergencies } from '../data/databases';
import { type CpuUse, startMeter } from '../measure/cpu-time';
import { median } from '../measure/statistics';
import { takeTurns } from '../measure/turns';
import type { Child } from '../processes/child';
import { CleanUp, type Later } from '../processes/clean-up';
import type { EmissionAnswer, ProbeOrder } from '../processes/probe';
import type { Server } from '../processes/servers';
import { atMost, compare, type Line, type Pair } from '../report/lines';
import type { BenchCase } from './bench-case';
import type { Stage } from './stage';

/** Who raised the emergency; all the connections of the room are theirs, which is all the same to the emission. */
const REQUESTER = { person: 'requester', index: 0 } as const;
const EVENT = 'location.updated';
/** Far from every helper, so that nobody is alerted beside. */
const PLACE = { latitude: 10, longitude: 10 };
const WARM_UP = 5;
/** New connections are put into the room a moment after their handshake. */
const ATTEMPTS = 10;

interface Emission {
  /** From the server's emission to the last member. */
  emitToLastMs: number;
  /** From the request that caused it to the last member; AllyNet's way leads through the database. */
  requestToLastMs: number;
  stallMs: number;
  cpu: CpuUse;
}

/** One event to everybody in a room. */
export const fanout: BenchCase = async (stage, later) => {
  const lines: Line[] = [];
  const cpu: CpuUse[] = [];
  const raw: Record<string, object> = {};
  for (const members of stage.plan.fanout.members) {
    stage.say(`${stage.plan.fanout.events} events each to ${members} members …`);
    const own = new CleanUp();
    later(() => own.run());
    const pair = await emissions(stage, members, own.later);
    await own.run();
    raw[`members${members}`] = pair;
    lines.push(...linesOf(members, pair));
    cpu.push(...[...pair.floor, ...pair.allynet].map((emission) => emission.cpu));
  }
  return { lines, cpu, raw };
};

async function emissions(stage: Stage, members: number, later: Later): Promise<Pair<Emission>> {
  const { allynetDb } = await stage.city();
  const server = await stage.allynet(allynetDb, later);
  later(() => endLiveEmergencies([allynetDb]));
  const api = `${server.url}/api/v1`;
  const client = stage.client('crowd-client.js', later);
  await client.ask(eventOrder('POST', `${api}/emergencies`, { type: 'other', location: PLACE }));
  const move = eventOrder('PUT', `${api}/users/me/location`, PLACE);
  const { payload } = await gather(server, client, move, members);

  const bare = await stage.floor('socket-server.js', allynetDb, later);
  const bareClient = stage.client('crowd-client.js', later);
  const emit = eventOrder('POST', `${bare.url}/emit`, { event: EVENT, payload });
  await gather(bare, bareClient, emit, members);

  const contender = (host: Server, crowd: Child, order: EventOrder) => (): Promise<Emission> =>
    time(stage, host, crowd, order);
  const { floor, allynet } = await takeTurns(WARM_UP + stage.plan.fanout.events, {
    floor: contender(bare, bareClient, emit),
    allynet: contender(server, client, move),
  });
  return { floor: floor.slice(WARM_UP), allynet: allynet.slice(WARM_UP) };
}

/** Connects the members, and emits until all of them hear it. */
async function gather(
  server: Server,
  crowd: Child,
  order: EventOrder,
  members: number,
): Promise<EventAnswer> {
  const connect: ConnectOrder = {
    kind: 'connect',
    url: server.url,
    person: REQUESTER.person,
    indexes: Array.from({ length: members }, () => REQUESTER.index),
    event: EVENT,
  };
  await crowd.ask(connect);
  const watch: ProbeOrder = { kind: 'watch', event: EVENT };
  await server.child.ask(watch);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const answer = await crowd.ask<EventAnswer>(order);
    if (answer.missing === 0) return answer;
    await delay(1000);
  }
  throw new Error(`Not all of ${members} members came to hear of the event.`);
}

async function time(
  { mongodPid }: Stage,
  server: Server,
  crowd: Child,
  order: EventOrder,
): Promise<Emission> {
  const question: ProbeOrder = { kind: 'emission' };
  await server.child.ask(question);
  const meter = startMeter({ server: server.child.pid, mongod: mongodPid, clients: [crowd.pid] });
  const { sentAt, lastAt, missing } = await crowd.ask<EventAnswer>(order);
  const cpu = meter();
  if (missing > 0) throw new Error(`${missing} members did not hear of the event.`);
  const { at, longestStallMs } = await server.child.ask<EmissionAnswer>(question);
  return {
    emitToLastMs: lastAt - at,
    requestToLastMs: lastAt - sentAt,
    stallMs: longestStallMs,
    cpu,
  };
}

function eventOrder(method: EventOrder['method'], url: string, body: object): EventOrder {
  return { kind: 'event', method, url, body: JSON.stringify(body), as: REQUESTER };
}

function linesOf(members: number, pair: Pair<Emission>): Line[] {
  const p50 = (what: string, of: (emission: Emission) => number): Line =>
    compare(`room of ${members}: ${what}, p50`, 'ms', pair, (rounds) => median(rounds.map(of)));
  return [
    atMost(
      p50('emission to last member', (emission) => emission.emitToLastMs),
      1.25,
    ),
    p50('longest stall of the event loop', (emission) => emission.stallMs),
    p50('request to last member', (emission) => emission.requestToLastMs),
  ];
}
