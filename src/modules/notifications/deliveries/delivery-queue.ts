import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { Clock, later, SECOND } from '../../../common/time/clock';
import type { ChannelName } from '../channels/channel';
import { Delivery, ORDINARY, type SubjectRef, URGENT } from '../schemas/delivery.schema';
import {
  deliveryMachine,
  type DeliveryStatus,
  type DeliveryTransition,
} from './delivery.transitions';

/**
 * How long whoever took a row has it to themselves; longer than composing and sending may take. A node whose clock is ahead of
 * another's by more than this would send twice (docs/operations.md has them agree).
 */
export const LEASE_MS = 60 * SECOND;

/** The latest attempts that a row remembers. */
const LOG_LENGTH = 20;

export interface NewDelivery {
  key: string;
  channel: ChannelName;
  user: Types.ObjectId | null;
  device?: Types.ObjectId | null;
  kind: string;
  subject: SubjectRef;
  actor?: Types.ObjectId | null;
  notification?: Types.ObjectId | null;
  params?: Record<string, unknown>;
  sealed?: string;
  urgent?: boolean;
  /** Not before this; at once by default. */
  dueAt?: Date;
  expiresAt?: Date | null;
}

/** What became of an attempt. */
export type Outcome =
  { move: Exclude<DeliveryTransition, 'retry'>; result: string } | { again: Date; result: string };

/** The outbox on disk: rows come in with what caused them, and each is one worker's at a time. */
@Injectable()
export class DeliveryQueue {
  private readonly listeners: (() => void)[] = [];

  constructor(
    @InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** Called after rows have been committed on this node, for those who would otherwise find them a second later. */
  onAdded(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Inside the transaction of what caused them. A row whose key is there already is left as it is. */
  async add(session: ClientSession, rows: NewDelivery[]): Promise<void> {
    if (rows.length === 0) return;
    const now = this.clock.now();
    await this.deliveries.collection.bulkWrite(
      rows.map((row) => ({
        updateOne: {
          filter: { key: row.key },
          update: { $setOnInsert: newRow(row, now) },
          upsert: true,
        },
      })),
      { session },
    );
    this.nudge();
  }

  /**
   * Inside a transaction: makes a dead letter due at once, with all its attempts.
   *
   * @returns null for what is no dead letter.
   */
  async revive(session: ClientSession, id: Types.ObjectId): Promise<Delivery | null> {
    const now = this.clock.now();
    const { from, to } = deliveryMachine.transitions.retry;
    const revived = await this.deliveries
      .findOneAndUpdate(
        { _id: id, status: { $in: [...from] } },
        { $set: { status: to, dueAt: now, wantedAt: now, attempts: 0, endedAt: null } },
        { session, returnDocument: 'after' },
      )
      .lean<Delivery>();
    if (revived) this.nudge();
    return revived;
  }

  /** Takes the row that is due first, by one conditional update: nobody else gets it while the lease lasts. */
  async claim(channel: ChannelName, priority: number): Promise<Delivery | null> {
    const now = this.clock.now();
    return this.deliveries
      .findOneAndUpdate(
        { channel, priority, status: 'pending', dueAt: { $lte: now } },
        { $set: { dueAt: later(now, LEASE_MS), lease: randomUUID() }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
      .lean<Delivery>();
  }

  /**
   * Writes what became of an attempt, under the token of its lease.
   *
   * @returns false where the lease has passed to somebody else, whose result counts.
   */
  async settle({ _id, lease }: Delivery, outcome: Outcome): Promise<boolean> {
    const at = this.clock.now();
    const attempt = { at, result: outcome.result };
    const change =
      'again' in outcome
        ? { $set: { dueAt: outcome.again, lease: null } }
        : ended(deliveryMachine.transitions[outcome.move].to, at);
    const { matchedCount } = await this.deliveries.updateOne(
      { _id, lease, status: { $in: [...deliveryMachine.transitions.deliver.from] } },
      { ...change, $push: { log: { $each: [attempt], $slice: -LOG_LENGTH } } },
    );
    return matchedCount === 1;
  }

  private nudge(): void {
    this.transactions.afterCommit(() => {
      for (const listener of this.listeners) listener();
    });
  }
}

function ended(status: DeliveryStatus, at: Date) {
  return {
    $set: { status, endedAt: at, lease: null },
    // What was sealed is of no more use, unless a moderator may have it sent again.
    ...(status === 'dead' ? {} : { $unset: { sealed: 1 as const } }),
  };
}

function newRow(row: NewDelivery, now: Date): Omit<Delivery, 'key'> {
  const { channel, user, kind, subject, sealed } = row;
  return {
    _id: new Types.ObjectId(),
    channel,
    user,
    device: row.device ?? null,
    kind,
    subject,
    actor: row.actor ?? null,
    notification: row.notification ?? null,
    params: row.params ?? {},
    ...(sealed === undefined ? {} : { sealed }),
    priority: row.urgent ? URGENT : ORDINARY,
    status: deliveryMachine.initial,
    dueAt: row.dueAt ?? now,
    wantedAt: row.dueAt ?? now,
    lease: null,
    attempts: 0,
    log: [],
    expiresAt: row.expiresAt ?? null,
    createdAt: now,
    endedAt: null,
  };
}
