import { setTimeout as delay } from 'node:timers/promises';
import type { LoadAnswer, LoadOrder } from './clients/protocol';
import type { Child } from './processes/child';
import { type CpuUse, startMeter } from './processes/cpu-time';

/** What a server was asked in one round, and how it did. */
export interface Round {
  requests: number;
  perSecond: number;
  latencies: number[];
  /** Over the whole round. */
  cpu: CpuUse;
  bodyBytes: number;
}

export interface Contender {
  /** Of the route. */
  url: string;
  pid: number;
}

export interface RoundsOptions {
  contenders: { floor: Contender; allynet: Contender };
  client: Child;
  mongodPid: number | undefined;
  requesters: number;
  concurrency: number;
  requests: number;
  rounds: number;
  /** Number of the first SOS of the first round. */
  first: number;
  /** Between two rounds: frees the requesters. */
  afterEach(): Promise<void>;
}

export interface Rounds {
  floor: Round[];
  allynet: Round[];
}

const SETTLE_MS = 300;

/**
 * Both servers take turns with the same requests. Who goes first alternates too, so that whatever drifts (the size of
 * the collections, the machine's other work) meets both alike.
 */
export async function takeTurns(options: RoundsOptions): Promise<Rounds> {
  const results: Rounds = { floor: [], allynet: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    const order =
      round % 2 === 0 ? (['floor', 'allynet'] as const) : (['allynet', 'floor'] as const);
    for (const name of order) {
      await delay(SETTLE_MS);
      results[name].push(await runRound(options, options.contenders[name], round));
    }
    await options.afterEach();
  }
  return results;
}

async function runRound(options: RoundsOptions, server: Contender, round: number): Promise<Round> {
  const { client, mongodPid, requesters, concurrency, requests, first } = options;
  const order: LoadOrder = {
    kind: 'load',
    url: server.url,
    concurrency,
    requests,
    first: first + round * requests,
    requesters,
  };
  const meter = startMeter({ server: server.pid, client: client.pid, mongod: mongodPid });
  const { latencies, elapsedMs, bodyBytes } = await client.ask<LoadAnswer>(order);
  return {
    requests,
    perSecond: (requests / elapsedMs) * 1000,
    latencies,
    cpu: meter(),
    bodyBytes,
  };
}
