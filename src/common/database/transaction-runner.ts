import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Connection } from 'mongoose';
import { AsyncLocalStorage } from 'node:async_hooks';
import { unavailable } from '../errors/domain-error';
import { KeyedQueue } from '../keyed-queue';
import { SECOND } from '../time/clock';
import { inSpan } from '../tracing/span';
import { DatabaseMetrics } from './database-metrics';

/** After this long a transaction is not tried again (the driver's own limit is 120 s). */
const RETRY_LIMIT_MS = 5 * SECOND;

export interface TransactionOptions {
  /**
   * What the transaction is about. On one node those about the same run in turn: they would conflict in the database, and
   * fifty who try again and back off, each for itself, take longer than the limit. Between nodes the database decides.
   */
  about?: string;
}

interface RunningTransaction {
  session: ClientSession;
  afterCommit: (() => void)[];
  /** Where it shall wait for a turn, should it have to run again. */
  contend: (what: string) => void;
}

/**
 * Runs work in one MongoDB transaction: majority reads, writes acknowledged by a majority and on disk.
 *
 * The callback may run more than once (MongoDB aborts one of two transactions that touch the same document), so it must
 * build its documents inside and tell nobody outside. It must await its operations one after another. Models join the
 * transaction by themselves; native collection calls only with the `session` that is handed in.
 */
@Injectable()
export class TransactionRunner {
  private readonly logger = new Logger(TransactionRunner.name);
  private readonly current = new AsyncLocalStorage<RunningTransaction>();
  private readonly turns = new KeyedQueue();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly metrics: DatabaseMetrics,
  ) {}

  /**
   * Inside another `run` the work joins that transaction and stands or falls with it; should that lose to another, it runs
   * again in turn with those about the same.
   *
   * @throws DomainError UNAVAILABLE when conflicts or an absent primary last longer than 5 s.
   */
  async run<T>(
    work: (session: ClientSession) => Promise<T>,
    { about }: TransactionOptions = {},
  ): Promise<T> {
    const outer = this.current.getStore();
    if (outer) {
      if (about !== undefined) outer.contend(about);
      return work(outer.session);
    }
    // Waiting for a turn counts: behind one that hangs, the others must not hang for the sum of all.
    const deadline = Date.now() + RETRY_LIMIT_MS;
    const transact = () => inSpan('transaction', () => this.transact(work, deadline));
    return about === undefined ? transact() : this.turns.run(about, transact);
  }

  /** Whether the caller is inside a transaction. */
  get isUnderWay(): boolean {
    return this.current.getStore() !== undefined;
  }

  private async transact<T>(
    work: (session: ClientSession) => Promise<T>,
    deadline: number,
  ): Promise<T> {
    let attempts = 0;
    let outcome: 'committed' | 'aborted' | 'given_up' = 'aborted';
    let afterCommit: (() => void)[] = [];
    let contended: string | undefined;
    let leave: (() => void) | undefined;
    const contend = (what: string): void => {
      contended = what;
    };
    try {
      const result = await this.connection.transaction<T>(
        async (session) => {
          attempts += 1;
          if (contended !== undefined) leave ??= await this.turn(`contended ${contended}`);
          if (Date.now() > deadline) {
            outcome = 'given_up';
            this.logger.warn(`Gave up a transaction after ${attempts - 1} attempts`);
            throw unavailable();
          }
          afterCommit = [];
          return this.current.run({ session, afterCommit, contend }, () => work(session));
        },
        {
          readConcern: { level: 'majority' },
          writeConcern: { w: 'majority', j: true },
          maxCommitTimeMS: RETRY_LIMIT_MS,
        },
      );
      outcome = 'committed';
      for (const task of afterCommit) task();
      return result;
    } finally {
      leave?.();
      this.metrics.transactionEnded(outcome, attempts);
    }
  }

  /**
   * Inside a transaction, before it writes what many others write too, such as the end of a chain: what is said last holds.
   * Those that lost to another run again one at a time on this node, in the order they came, instead of all at once against each other.
   */
  contended(what: string): void {
    this.current.getStore()?.contend(what);
  }

  /** Resolves when it is this one's turn, with what ends it. */
  private turn(key: string): Promise<() => void> {
    return new Promise((begin) => {
      void this.turns.run(key, () => new Promise<void>((end) => begin(end)));
    });
  }

  /**
   * Runs a task once the transaction that is under way has committed, outside of it; at once where there is none. For
   * what may be lost with the process (a sweeper makes up for it), never for what must happen.
   */
  afterCommit(task: () => void): void {
    const running = this.current.getStore();
    if (running) running.afterCommit.push(task);
    else task();
  }
}
