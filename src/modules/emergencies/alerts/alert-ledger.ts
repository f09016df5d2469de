import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { coarseCell, coarseDistance } from '../../../common/geo/coarse-cell';
import { distanceMeters, type Place } from '../../../common/geo/geo';
import type { Candidate } from '../dispatch/rank';
import type { AlertedHelper } from '../events/emergency-events';
import { Alert, PENDING_ALERT } from '../schemas/alert.schema';
import type { LeaveReason } from '../schemas/emergency.schema';

/** Writes who was told of which emergency, and what came of it. Every change is monotone by its filter. */
@Injectable()
export class AlertLedger {
  constructor(@InjectModel(Alert.name) private readonly alerts: Model<Alert>) {}

  /** The rows of a wave, not yet written; the caller puts them into its transaction by `insert`. */
  newRows(
    emergency: Types.ObjectId,
    wave: number,
    ranked: readonly Candidate[],
    place: Place,
    at: Date,
  ): Alert[] {
    const cell = coarseCell(place);
    return ranked.map((candidate, index) => ({
      _id: new Types.ObjectId(),
      emergency,
      helper: candidate.helper,
      status: 'queued',
      ...(candidate.via ? { via: candidate.via } : {}),
      wave,
      attempt: 1,
      rank: index + 1,
      distanceMeters: coarseDistance(distanceMeters(candidate.place, cell)),
      cell,
      declineReason: null,
      withdrawnBecause: null,
      queuedAt: at,
      sentAt: null,
      deliveredAt: null,
      seenAt: null,
      answeredAt: null,
    }));
  }

  /** By the native driver: fifty rows by Mongoose cost as much as the rest of an SOS. */
  async insert(session: ClientSession, rows: Alert[]): Promise<void> {
    if (rows.length > 0) await this.alerts.collection.insertMany(rows, { session, ordered: true });
  }

  /** Queues existing rows once more, with the present cell and distance. */
  async alertAgain(
    session: ClientSession,
    emergency: Types.ObjectId,
    wave: number,
    ranked: readonly Candidate[],
    place: Place,
    at: Date,
  ): Promise<AlertedHelper[]> {
    const told: AlertedHelper[] = [];
    const cell = coarseCell(place);
    for (const { helper, place: from } of ranked) {
      const distance = coarseDistance(distanceMeters(from, cell));
      const row = await this.alerts.collection.findOneAndUpdate(
        {
          emergency,
          helper,
          $or: [
            { status: { $in: [...PENDING_ALERT] } },
            { status: 'withdrawn', withdrawnBecause: 'out_of_reach' },
          ],
        },
        {
          $set: {
            status: 'queued',
            wave,
            cell,
            distanceMeters: distance,
            queuedAt: at,
            withdrawnBecause: null,
            sentAt: null,
            deliveredAt: null,
            seenAt: null,
            answeredAt: null,
          },
          $inc: { attempt: 1 },
          $unset: { escalated: 1 },
        },
        { session, returnDocument: 'after', projection: { attempt: 1 } },
      );
      if (row)
        told.push({
          alert: row._id,
          helper,
          attempt: Number(row.attempt),
          distanceMeters: distance,
        });
    }
    return told;
  }

  /**
   * Records that a helper accepts: also after declining or withdrawing by themselves.
   *
   * @returns the alert as it was, or null when this helper has none that can be accepted.
   * @throws the duplicate-key error of ONE_ENGAGEMENT_INDEX when the helper is engaged elsewhere.
   */
  async accept(
    session: ClientSession,
    emergency: Types.ObjectId,
    helper: Types.ObjectId,
    at: Date,
  ): Promise<Pick<Alert, 'via'> | null> {
    return this.alerts.collection.findOneAndUpdate(
      {
        emergency,
        helper,
        $or: [
          { status: { $in: [...PENDING_ALERT, 'declined'] } },
          { status: 'withdrawn', withdrawnBecause: 'helper' },
        ],
      },
      { $set: { status: 'accepted', engaged: true, answeredAt: at, withdrawnBecause: null } },
      { session, projection: { via: 1 } },
    ) as Promise<Pick<Alert, 'via'> | null>;
  }

  /** @returns false when the alert is not pending any more. */
  async decline(
    session: ClientSession,
    emergency: Types.ObjectId,
    helper: Types.ObjectId,
    reason: string | null,
    at: Date,
  ): Promise<boolean> {
    const { matchedCount } = await this.alerts.collection.updateOne(
      { emergency, helper, status: { $in: [...PENDING_ALERT] } },
      { $set: { status: 'declined', answeredAt: at, declineReason: reason } },
      { session },
    );
    return matchedCount === 1;
  }

  /** Ends an accepted alert: the helper withdrew, or was made to leave. */
  async withdraw(
    session: ClientSession,
    emergency: Types.ObjectId,
    helper: Types.ObjectId,
    because: LeaveReason,
  ): Promise<void> {
    await this.alerts.collection.updateOne(
      { emergency, helper },
      { $set: { status: 'withdrawn', withdrawnBecause: because }, $unset: { engaged: '' } },
      { session },
    );
  }

  /**
   * Takes back alerts that nobody accepted.
   *
   * @returns whose alerts were taken back.
   */
  async withdrawUnanswered(
    session: ClientSession,
    emergency: Types.ObjectId,
    helpers: Types.ObjectId[],
    because: LeaveReason,
  ): Promise<Types.ObjectId[]> {
    const open = {
      emergency,
      helper: { $in: helpers },
      $or:
        because === 'out_of_reach'
          ? // Whoever declines in this very moment stays so: `out_of_reach` may be told again.
            [{ status: { $in: [...PENDING_ALERT] } }]
          : // A declined alert, or one withdrawn by its helper, could still be accepted: it is taken back too.
            [
              { status: { $in: [...PENDING_ALERT, 'declined'] } },
              { status: 'withdrawn', withdrawnBecause: 'helper' },
            ],
    };
    const rows = await this.alerts.collection
      .find(open, { session, projection: { helper: 1 } })
      .toArray();
    if (rows.length === 0) return [];
    await this.alerts.collection.updateMany(
      { _id: { $in: rows.map(({ _id }) => _id) } },
      { $set: { status: 'withdrawn', withdrawnBecause: because } },
      { session },
    );
    return rows.map((row) => row.helper as Types.ObjectId);
  }

  /** The helper is done and free for the next emergency. */
  async release(
    session: ClientSession,
    emergency: Types.ObjectId,
    helper: Types.ObjectId,
  ): Promise<void> {
    await this.alerts.collection.updateOne(
      { emergency, helper },
      { $unset: { engaged: '' } },
      { session },
    );
  }

  /**
   * Closes the ledger of an emergency that ended: what is unanswered expires, and everybody is free again.
   *
   * @returns who is to hear of it: every alerted helper, but for those whose alert was taken back before.
   */
  async close(session: ClientSession, emergency: Types.ObjectId): Promise<Types.ObjectId[]> {
    const pending = { emergency, status: { $in: [...PENDING_ALERT] } };
    const rows = await this.alerts.collection
      .find(
        { emergency, $or: [{ status: { $ne: 'withdrawn' } }, { withdrawnBecause: 'helper' }] },
        { session, projection: { helper: 1 } },
      )
      .toArray();
    await this.alerts.collection.updateMany(pending, { $set: { status: 'expired' } }, { session });
    await this.alerts.collection.updateMany(
      { emergency, engaged: true },
      { $unset: { engaged: '' } },
      { session },
    );
    return rows.map((row) => row.helper as Types.ObjectId);
  }
}

/** What the event of a wave says of each new row. */
export function toldOf(row: Alert): AlertedHelper {
  return {
    alert: row._id,
    helper: row.helper,
    attempt: row.attempt,
    distanceMeters: row.distanceMeters,
  };
}
