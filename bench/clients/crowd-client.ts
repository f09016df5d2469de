/** Many connected devices in one process. They hear one kind of event, and the last of them to hear it is timed. */
import { Agent } from 'node:http';
import { accessToken } from '../data/access-token';
import { machineTime } from '../measure/machine-time';
import { connectedCrowd } from './connect';
import { obey } from './orders';
import { send } from './send';
import type { ConnectOrder, EventAnswer, EventOrder } from './protocol';

const HEARD_WITHIN_MS = 20_000;

const secret = process.env.JWT_SECRET ?? '';
const agent = new Agent({ keepAlive: true });
let members = 0;
let heard = 0;
let lastAt = 0;
let payload: unknown;
let complete: () => void = () => undefined;

obey((order: ConnectOrder | EventOrder) =>
  order.kind === 'connect' ? gather(order) : trigger(order),
);

async function gather({ url, person, indexes, event }: ConnectOrder): Promise<object> {
  const sockets = await connectedCrowd(url, person, indexes);
  for (const socket of sockets) socket.on(event, hear);
  members += sockets.length;
  return {};
}

function hear(received: unknown): void {
  lastAt = machineTime();
  payload = received;
  heard += 1;
  if (heard === members) complete();
}

async function trigger({ method, url, body, as }: EventOrder): Promise<EventAnswer> {
  heard = 0;
  const everybody = new Promise<void>((resolve) => {
    complete = resolve;
    setTimeout(resolve, HEARD_WITHIN_MS).unref();
  });
  const headers = { authorization: `Bearer ${accessToken(secret, as.person, as.index)}` };
  const sentAt = machineTime();
  const { status, body: answer } = await send(agent, method, url, headers, body);
  if (status >= 300) throw new Error(`${url} answered ${status}: ${answer}`);
  await everybody;
  return { kind: 'event', sentAt, lastAt, missing: members - heard, payload };
}
