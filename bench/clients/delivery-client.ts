/**
 * Raises SOS and receives the alerts of all the helpers in reach, in one process, so that one clock times both.
 * Acknowledges like any client. Each SOS is cancelled by its requester before the next.
 */
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { accessToken } from '../data/access-token';
import { villageSosBody, VILLAGERS } from '../data/people';
import { connectedCrowd } from './connect';
import { obey } from './orders';
import type { DeliveryAnswer, DeliveryOrder } from './protocol';
import { send } from './send';

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
  const sockets = await connectedCrowd(url, 'villager', range(VILLAGERS));
  if (requestersConnected) {
    sockets.push(...(await connectedCrowd(url, 'village-requester', range(times))));
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
  const { status, body } = await send(
    agent,
    'POST',
    `${url}/api/v1/emergencies`,
    headers,
    JSON.stringify(villageSosBody(number)),
  );
  const answered = performance.now() - tap;
  if (status !== 201) throw new Error(`The SOS was answered ${status}: ${body}`);
  const { id } = (JSON.parse(body) as { data: { id: string } }).data;
  const heard = (await allArrivals(id)).map((at) => at - tap);
  const cancelled = await send(
    agent,
    'POST',
    `${url}/api/v1/emergencies/${id}/cancel`,
    headers,
    '{}',
  );
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

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
