import { Injectable } from '@nestjs/common';
import type { MongoClient } from 'mongodb';
import { Counter, Gauge } from 'prom-client';
import { MetricsRegistry } from '../metrics/metrics-registry';

/** How transactions fare, and how busy the connections to MongoDB are. */
@Injectable()
export class DatabaseMetrics {
  private readonly transactions: Counter<'outcome'>;
  private readonly retries: Counter;
  private readonly connections: Gauge<'state'>;
  private readonly waiting: Gauge;

  constructor(registry: MetricsRegistry) {
    const registers = [registry];
    this.transactions = new Counter({
      name: 'allynet_transactions_total',
      help: 'Transactions by what became of them. given_up: conflicts lasted longer than the limit, the caller got 503.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['committed', 'aborted', 'given_up']) {
      this.transactions.inc({ outcome }, 0);
    }
    this.retries = new Counter({
      name: 'allynet_transaction_retries_total',
      help: 'Attempts of transactions beyond their first.',
      registers,
    });
    this.connections = new Gauge({
      name: 'allynet_mongodb_connections',
      help: 'Connections in the pools of this node, one pool for each member of the replica set.',
      labelNames: ['state'],
      registers,
    });
    for (const state of ['open', 'in_use']) this.connections.set({ state }, 0);
    this.waiting = new Gauge({
      name: 'allynet_mongodb_waiting_for_connection',
      help: 'Operations that wait for a connection from the pool.',
      registers,
    });
  }

  /** @param attempts how often its work was begun. */
  transactionEnded(outcome: 'committed' | 'aborted' | 'given_up', attempts: number): void {
    this.transactions.inc({ outcome });
    if (attempts > 1) this.retries.inc(attempts - 1);
  }

  /** Follows the pools of a client that has not connected yet. */
  watch(client: MongoClient): void {
    const open = this.connections.labels({ state: 'open' });
    const inUse = this.connections.labels({ state: 'in_use' });
    client.on('connectionCreated', () => open.inc());
    client.on('connectionClosed', () => open.dec());
    client.on('connectionCheckOutStarted', () => this.waiting.inc());
    client.on('connectionCheckOutFailed', () => this.waiting.dec());
    client.on('connectionCheckedOut', () => {
      this.waiting.dec();
      inUse.inc();
    });
    client.on('connectionCheckedIn', () => inUse.dec());
  }
}
