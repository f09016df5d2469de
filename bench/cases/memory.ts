import type { ConnectOrder } from '../clients/protocol';
import type { Later } from '../processes/clean-up';
import type { MemoryAnswer, ProbeOrder } from '../processes/probe';
import type { Server } from '../processes/servers';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Line } from '../report/lines';
import type { BenchCase } from './bench-case';
import type { Stage } from './stage';

/** Rooms are joined and pending alerts looked for by then. */
const SETTLE_MS = 2000;

/** Bytes that one more connection takes. */
interface Footprint {
  rss: number;
  heap: number;
}

/** What a connected helper takes of a server's memory, with the clients in another process. */
export const memory: BenchCase = async (stage, later) => {
  const { allynetDb } = await stage.city();
  stage.say(`Memory of ${stage.plan.memory.connections} connected helpers …`);
  const floor = await footprint(
    stage,
    await stage.floor('socket-server.js', allynetDb, later),
    later,
  );
  const allynet = await footprint(stage, await stage.allynet(allynetDb, later), later);
  return {
    lines: [
      atMost(line('memory of a connected helper (RSS)', floor.rss, allynet.rss), 1.25),
      line('memory of a connected helper (heap)', floor.heap, allynet.heap),
    ],
    cpu: [],
    raw: { floor, allynet },
  };
};

/** The first quarter pays for what is shared and for the heap's own growth; the rest is counted. */
async function footprint(stage: Stage, server: Server, later: Later): Promise<Footprint> {
  const { connections } = stage.plan.memory;
  const quarter = Math.floor(connections / 4);
  const client = stage.client('crowd-client.js', later);
  const few = await withConnections(server, client, 0, quarter);
  const many = await withConnections(server, client, quarter, connections);
  const more = connections - quarter;
  await Promise.all([client.stop(), server.child.stop()]);
  return {
    rss: (many.rssBytes - few.rssBytes) / more,
    heap: (many.heapBytes - few.heapBytes) / more,
  };
}

async function withConnections(
  { url, child }: Server,
  client: Server['child'],
  first: number,
  end: number,
): Promise<MemoryAnswer> {
  const indexes = Array.from({ length: end - first }, (_, offset) => first + offset);
  const order: ConnectOrder = {
    kind: 'connect',
    url,
    person: 'helper',
    indexes,
    event: 'emergency.created',
  };
  await client.ask(order);
  await delay(SETTLE_MS);
  const question: ProbeOrder = { kind: 'memory' };
  return child.ask<MemoryAnswer>(question);
}

function line(name: string, floor: number, allynet: number): Line {
  return {
    name,
    unit: 'KiB',
    floor: floor / 1024,
    allynet: allynet / 1024,
    ratio: allynet / floor,
  };
}
