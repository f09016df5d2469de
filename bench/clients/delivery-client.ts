/**
 * Raises SOS and receives the alerts of all the helpers in reach, in one process, so that one clock times both.
 * Acknowledges like any client. Each SOS is cancelled by its requester before the next.
 */
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Socket } from 'socket.io-client';
import { accessToken } from '../data/access-token';
import { type Kind, villageSosBody, VILLAGERS } from '../data/people';
import { obey } from './orders';
import { post } from './post';
import type { DeliveryAnswer, DeliveryOrder } from './protocol';

const secret = process.env.JWT_SECRET ?? '';
const agent = new Agent({ keepAlive: true });
const ALERTS_WITHIN_MS = 10_000;
/** Receipts, counts and the cancellation are through by then, so that each SOS meets a server at rest. */
const PAUSE_MS = 250;
const WARM_UP = 5;

interface Arrivals {
  times: number[];
  complete: () => void;
}
const arrivals = new Map<string, Arrivals>();

obey(deliver);

async function deliver({ url, times, requestersConnected }: DeliveryOrder) {
  const sockets = await Promise.all(
    range(VILLAGERS).map((index) => connected(url, 'villager', index)),
  );
  if (requestersConnected) {
    sockets.push(
      ...(await Promise.all(range(times).map((i) => connected(url, 'village-requester', i)))),
    );
  }
  for (const socket of sockets.slice(0, VILLAGERS)) listen(socket);
  await delay(1000);
  const answer: DeliveryAnswer = {
    kind: 'delivery',
    answered: [],
    first: [],
    last: [],
    lastAfterAnswer: [],
  };
  try {
    for (let number = 0; number < times; number += 1) {
      const timing = await raise(url, number);
      if (number >= WARM_UP) {
        answer.answered.push(timing.answered);
        answer.first.push(timing.first);
        answer.last.push(timing.last);
        answer.lastAfterAnswer.push(timing.last - timing.answered);
      }
      await delay(PAUSE_MS);
    }
  } finally {
    for (const socket of sockets) socket.disconnect();
  }
  return answer;
}

async function raise(url: string, number: number) {
  const token = accessToken(secret, 'village-requester', number);
  const headers = { authorization: `Bearer ${token}` };
  const tap = performance.now();
  const { status, body } = await post(
    agent,
    `${url}/api/v1/emergencies`,
    headers,
    JSON.stringify(villageSosBody(number)),
  );
  const answered = performance.now() - tap;
  if (status !== 201) throw new Error(`The SOS was answered ${status}: ${body}`);
  const { id } = (JSON.parse(body) as { data: { id: string } }).data;
  const heard = (await allArrivals(id)).map((at) => at - tap);
  const cancelled = await post(agent, `${url}/api/v1/emergencies/${id}/cancel`, headers, '{}');
  if (cancelled.status !== 200) throw new Error(`The cancel was answered ${cancelled.status}`);
  return { answered, first: Math.min(...heard), last: Math.max(...heard) };
}

function listen(socket: Socket): void {
  socket.on('emergency.created', (event: { subjectId: string }, acknowledge: () => void) => {
    const now = performance.now();
    acknowledge();
    const { times, complete } = of(event.subjectId);
    times.push(now);
    if (times.length === VILLAGERS) complete();
  });
}

/** Resolves with the times at which each helper had the alert. */
async function allArrivals(emergency: string): Promise<number[]> {
  const { times } = of(emergency);
  const deadline = performance.now() + ALERTS_WITHIN_MS;
  while (times.length < VILLAGERS) {
    if (performance.now() > deadline) {
      throw new Error(`${times.length} of ${VILLAGERS} helpers had the alert in time.`);
    }
    await new Promise<void>((resolve) => {
      of(emergency).complete = resolve;
      setTimeout(resolve, ALERTS_WITHIN_MS).unref();
    });
  }
  arrivals.delete(emergency);
  return times;
}

function of(emergency: string): Arrivals {
  const known = arrivals.get(emergency) ?? { times: [], complete: () => undefined };
  arrivals.set(emergency, known);
  return known;
}

function connected(url: string, kind: Kind, index: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(url, {
      auth: { token: accessToken(secret, kind, index) },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', reject);
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
