import type { MongoClient } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../src/demo/until';
import type { Cluster } from './cluster/cluster';
import type { MongoSet } from './cluster/mongo-set';
import type { Driver } from './driver/driver';
import type { Fault } from './schedule';
import { waitForLease } from './lease';

/** The story before it may wait for an election and a lease. */
const BEGINS_WITHIN_MS = 120_000;

/** A fault that was done. */
export interface Done {
  kind: Fault['kind'];
  /** Milliseconds since 1970. */
  at: number;
  detail: string;
}

export interface Target {
  mongo: MongoSet;
  cluster: Cluster;
  driver: Driver;
  client: MongoClient;
  database: string;
}

/** Does one fault and repairs it. @returns when the hand was lifted, not when all has recovered. */
export async function inflict(fault: Fault, target: Target): Promise<Done> {
  const { mongo, cluster } = target;
  const { kind, node, downMs } = fault;
  const done = (at: number, detail: string): Done => ({ kind, at, detail });
  switch (kind) {
    case 'node-kill': {
      const at = Date.now();
      await cluster.kill(node);
      await delay(downMs);
      await cluster.restart(node);
      return done(at, `node ${node}, down for ${Date.now() - at} ms`);
    }
    case 'primary-kill': {
      const primary = await mongo.primary();
      const at = Date.now();
      await mongo.kill(primary);
      await delay(downMs);
      await mongo.restart(primary);
      return done(at, `member ${primary}, ${await election(mongo, at)}`);
    }
    case 'primary-pause': {
      const primary = await mongo.primary();
      const at = Date.now();
      mongo.pause(primary);
      await delay(downMs);
      mongo.resume(primary);
      return done(at, `member ${primary}, for ${Date.now() - at} ms`);
    }
    case 'connections-drop':
      return done(Date.now(), `${cluster.proxy.drop()} connections`);
    case 'node-kill-in-dispatch':
      return killInDispatch(fault, target);
  }
}

async function election(mongo: MongoSet, since: number): Promise<string> {
  const elected = await mongo.primary();
  return `member ${elected} was primary after ${Date.now() - since} ms`;
}

/** Plays an emergency whose wave a chosen node must run, and kills that node once it holds the lease. */
async function killInDispatch(fault: Fault, target: Target): Promise<Done> {
  const { cluster, driver, client, database } = target;
  const { node, downMs, delayMs, cause } = fault;
  const plot = cause === 'first-fix' ? 'first-fix' : 'withdrawn';
  const sent: string[] = [];
  const aim = { url: cluster.urlOf(node), onSent: (id: string) => void sent.push(id) };
  await until('a village that is free', () => driver.begin(plot, aim), BEGINS_WITHIN_MS);
  await until('the step before a wave', () => sent.length > 0, BEGINS_WITHIN_MS);
  const emergency = sent[0] ?? '';
  const lease = await waitForLease(client.db(database), emergency);
  await delay(delayMs);
  const at = Date.now();
  await cluster.kill(node);
  const held = lease === null ? false : await lease.isHeld();
  await delay(downMs);
  await cluster.restart(node);
  const wave = held ? 'with the lease of a wave' : 'between two waves';
  return {
    kind: fault.kind,
    at,
    detail: `node ${node} ${wave} (${cause}), emergency ${emergency}, down for ${Date.now() - at} ms`,
  };
}
