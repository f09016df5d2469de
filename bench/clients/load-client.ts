/** Raises SOS over kept-alive connections, each by somebody else, a fixed number of them at any moment. */
import { Agent } from 'node:http';
import { accessToken } from '../data/access-token';
import { personId, sosBody } from '../data/people';
import { obey } from './orders';
import type { LoadAnswer, LoadOrder } from './protocol';
import { send } from './send';

const secret = process.env.JWT_SECRET ?? '';
const agents = new Map<string, Agent>();
const callers: Record<string, string>[] = [];

obey(load);

async function load({ url, concurrency, requests, first, requesters }: LoadOrder) {
  const agent = agentOf(url);
  const prepared = Array.from({ length: requests }, (_, index) => ({
    headers: caller((first + index) % requesters),
    body: JSON.stringify(sosBody(first + index)),
  }));
  const latencies: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let sos = prepared[next++]; sos; sos = prepared[next++]) {
      const began = performance.now();
      const { status, body } = await send(agent, 'POST', url, sos.headers, sos.body);
      latencies.push(performance.now() - began);
      if (status !== 201) throw new Error(`${url} answered ${status}: ${body}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const elapsedMs = performance.now() - began;
  const answer: LoadAnswer = { kind: 'load', latencies, elapsedMs };
  return answer;
}

/** The headers are the same for both servers, so that neither has more to parse. */
function caller(index: number): Record<string, string> {
  return (callers[index] ??= {
    authorization: `Bearer ${accessToken(secret, 'requester', index)}`,
    'x-requester': personId('requester', index).toHexString(),
  });
}

function agentOf(url: string): Agent {
  const agent = agents.get(url) ?? new Agent({ keepAlive: true });
  agents.set(url, agent);
  return agent;
}
