/** Reports positions of many people: through a server by HTTP or sockets, or straight into the database. */
import { MongoClient } from 'mongodb';
import { Agent } from 'node:http';
import type { Socket } from 'socket.io-client';
import { accessToken } from '../data/access-token';
import { personId, placeAfter } from '../data/people';
import type { Place } from '../data/places';
import { FloorPositions } from '../floor/positions';
import { connectedCrowd } from './connect';
import { obey } from './orders';
import { send } from './send';
import type { LoadAnswer, PositionsOrder } from './protocol';

type Report = (index: number, place: Place) => Promise<void>;

const { JWT_SECRET = '', MONGODB_URI = '', MONGODB_DATABASE = '' } = process.env;
const agent = new Agent({ keepAlive: true });
let sockets: Socket[] = [];
let positions: FloorPositions | undefined;

obey(load);

async function load(order: PositionsOrder): Promise<LoadAnswer> {
  const report = await reporter(order);
  const { first, updates, people, concurrency } = order;
  const reports = Array.from({ length: updates }, (_, offset) => {
    const index = (first + offset) % people;
    return { index, place: placeAfter('helper', index, first + offset) };
  });
  const latencies: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = reports[next++]; one; one = reports[next++]) {
      const began = performance.now();
      await report(one.index, one.place);
      latencies.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { kind: 'load', latencies, elapsedMs: performance.now() - began };
}

async function reporter({ by, url, people }: PositionsOrder): Promise<Report> {
  if (by === 'driver') return byDriver();
  if (by === 'http') return byHttp(url);
  if (sockets.length === 0) {
    const everybody = Array.from({ length: people }, (_, index) => index);
    sockets = await connectedCrowd(url, 'helper', everybody);
  }
  return bySocket;
}

/** With the settings of AllyNet's own connection. */
async function byDriver(): Promise<Report> {
  if (!positions) {
    const client = await MongoClient.connect(MONGODB_URI, {
      maxPoolSize: 32,
      writeConcern: { w: 'majority', journal: true },
    });
    positions = new FloorPositions(client.db(MONGODB_DATABASE));
  }
  const straight = positions;
  return async (index, place) => void (await straight.record(personId('helper', index), place));
}

function byHttp(url: string): Report {
  const headers = new Map<number, Record<string, string>>();
  return async (index, place) => {
    const own = headers.get(index) ?? {
      authorization: `Bearer ${accessToken(JWT_SECRET, 'helper', index)}`,
      'x-requester': personId('helper', index).toHexString(),
    };
    headers.set(index, own);
    const { status, body } = await send(agent, 'PUT', url, own, JSON.stringify(place));
    if (status !== 200) throw new Error(`${url} answered ${status}: ${body}`);
  };
}

async function bySocket(index: number, place: Place): Promise<void> {
  const answer: unknown = await sockets[index]?.emitWithAck('location.update', place);
  if ((answer as { success?: boolean } | undefined)?.success !== true) {
    throw new Error(`location.update was answered ${JSON.stringify(answer)}`);
  }
}
