import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Clock } from '../../common/time/clock';
import { TrustCache } from '../users/trust-cache';
import { TrustEvent } from './schemas/trust-event.schema';
import { standing } from './standing';
import { TrustRecords } from './trust-records';
import { TrustScores } from './trust-scores';
import {
  BOOKING_POINTS,
  HELP_POINTS,
  REPORT_POINTS,
  type ReportAction,
  RESCUE_POINTS,
} from './trust.rules';

/** A helper and who gave their word on it. */
interface Corroborated {
  helper: Types.ObjectId;
  by: Types.ObjectId;
}

type NewTrustEvent = Omit<TrustEvent, '_id' | 'weight' | 'at'>;

/**
 * The only writer of trust. Each method belongs into the transaction of what happened: the event and every score that it
 * changes commit with their cause or not at all. A cause counts once, which a unique index sees to.
 */
@Injectable()
export class TrustLedger {
  constructor(
    @InjectModel(TrustEvent.name) private readonly events: Model<TrustEvent>,
    private readonly cache: TrustCache,
    private readonly records: TrustRecords,
    private readonly scores: TrustScores,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** The requester confirms a helper whose arrival was seen. */
  async rescueConfirmed(
    session: ClientSession,
    { helper, by, emergency }: Corroborated & { emergency: Types.ObjectId },
  ): Promise<void> {
    await this.vouch(session, by, {
      kind: 'rescue',
      points: RESCUE_POINTS,
      subject: helper,
      counterpart: by,
      source: { kind: 'emergency', id: emergency },
    });
  }

  /** @param rating 1 to 5 stars, by the requester of a completed help request. */
  async helpRated(
    session: ClientSession,
    { helper, by, request, rating }: Corroborated & { request: Types.ObjectId; rating: number },
  ): Promise<void> {
    await this.vouch(session, by, {
      kind: 'help',
      points: HELP_POINTS[rating - 1] ?? 0,
      subject: helper,
      counterpart: by,
      source: { kind: 'help_request', id: request },
    });
  }

  /** @param rating 1 to 5 stars, by the client of a completed booking. */
  async bookingReviewed(
    session: ClientSession,
    { helper, by, booking, rating }: Corroborated & { booking: Types.ObjectId; rating: number },
  ): Promise<void> {
    await this.vouch(session, by, {
      kind: 'booking',
      points: BOOKING_POINTS[rating - 1] ?? 0,
      subject: helper,
      counterpart: by,
      source: { kind: 'booking', id: booking },
    });
  }

  /** Moderators found a report about somebody to be right. @param action what they did about it: it says how much is lost. */
  async reportUpheld(
    session: ClientSession,
    {
      subject,
      report,
      action,
    }: { subject: Types.ObjectId; report: Types.ObjectId; action: ReportAction },
  ): Promise<void> {
    const event: TrustEvent = {
      _id: new Types.ObjectId(),
      kind: 'report',
      points: REPORT_POINTS[action],
      weight: 1,
      subject,
      counterpart: null,
      source: { kind: 'report', id: report },
      at: this.clock.now(),
    };
    await this.events.collection.insertOne(event, { session });
    await this.scores.refresh(session, subject, event.at);
  }

  /** An appeal was right: gives back what the report took. Nothing where it took nothing. */
  async reportOverturned(
    session: ClientSession,
    { subject, report }: { subject: Types.ObjectId; report: Types.ObjectId },
  ): Promise<void> {
    const upheld = (await this.events.collection.findOne(
      { 'source.id': report, subject, kind: 'report' },
      { session },
    )) as TrustEvent | null;
    if (!upheld) return;
    const event: TrustEvent = {
      ...upheld,
      _id: new Types.ObjectId(),
      kind: 'report_overturned',
      points: -upheld.points,
    };
    await this.events.collection.insertOne(event, { session });
    await this.scores.refresh(session, subject, this.clock.now());
  }

  private async vouch(
    session: ClientSession,
    by: Types.ObjectId,
    fresh: NewTrustEvent,
  ): Promise<void> {
    // Of somebody who is praised by many at once the account is written by each.
    this.transactions.contended(fresh.subject.toHexString());
    if (await this.counted(session, fresh)) return;
    const at = this.clock.now();
    const facts = await this.cache.factsOf(session, by);
    const event: TrustEvent = {
      _id: new Types.ObjectId(),
      ...fresh,
      weight: facts ? standing(facts, at) : 0,
      at,
    };
    await this.events.collection.insertOne(event, { session });
    const elsewhere = await this.records.vouchedForByBoth(session, fresh.subject, by, at);
    // The counterpart's own score changes too: what the other once vouched for them is reciprocal now.
    for (const person of [fresh.subject, by, ...elsewhere]) {
      await this.scores.refresh(session, person, at);
    }
  }

  /** A helper who left and came back is confirmed again. Of two at once the index lets one through. */
  private async counted(
    session: ClientSession,
    { source, subject, kind }: NewTrustEvent,
  ): Promise<boolean> {
    const filter = { 'source.id': source.id, subject, kind };
    return (await this.events.collection.findOne(filter, { session })) !== null;
  }
}
