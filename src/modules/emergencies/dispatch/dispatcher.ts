import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { distanceMeters, toPlace } from '../../../common/geo/geo';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { EventLog, type NewEvent } from '../../events/event-log';
import { HelperDirectory } from '../../users/helper-directory';
import { AlertLedger, toldOf } from '../alerts/alert-ledger';
import { AlertQueries } from '../alerts/alert-queries';
import { alertWithdrawnEvent } from '../events/emergency-events';
import { EmergencyMetrics } from '../metrics/emergency-metrics';
import { type Alert, PENDING_ALERT } from '../schemas/alert.schema';
import { Emergency, type EmergencyLocation } from '../schemas/emergency.schema';
import { Discovery } from './discovery';
import {
  type DispatchDecision,
  type LedgerRow,
  LOOK_AGAIN_MS,
  mayBeToldAgain,
  topFifty,
} from './dispatch.policy';
import type { Candidate } from './rank';
import { waveEvent } from './wave-event';

/** A node that claims a wave has this long to commit it before another may. A wave takes well under a second. */
const LEASE_MS = 10 * SECOND;

const NOBODY: DispatchDecision = { alert: [], alertAgain: [] };

/**
 * Runs the waves of an emergency. What is due stands on the emergency itself, so a wave that one node began and did not
 * finish is finished by another; it commits only with the lease and the wave number that it began with.
 */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger(Dispatcher.name);

  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly discovery: Discovery,
    private readonly directory: HelperDirectory,
    private readonly ledger: AlertLedger,
    private readonly alerts: AlertQueries,
    private readonly events: EventLog,
    private readonly transactions: TransactionRunner,
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {}

  /** Runs the wave that a request has just made due, without keeping the request waiting. */
  runSoon(id: Types.ObjectId): void {
    this.runDue(id).catch((error: unknown) => {
      // It is still due on disk: the sweeper of some node takes it up.
      this.logger.warn(`Wave of ${id.toHexString()} left to the sweeper: ${String(error)}`);
    });
  }

  /**
   * Claims and runs the wave that is due: of one emergency, or of the one that has waited longest.
   *
   * @returns false when nothing is due.
   */
  async runDue(id?: Types.ObjectId): Promise<boolean> {
    const claimed = await this.claim(id);
    if (!claimed) return false;
    const { nextAt } = claimed.emergency.dispatch;
    if (!id && nextAt) this.metrics.swept('wave', nextAt);
    await this.runWave(claimed.emergency, claimed.token);
    return true;
  }

  /** Takes the lease of a due wave with one conditional update. */
  async claim(id?: Types.ObjectId): Promise<{ emergency: Emergency; token: string } | null> {
    const now = this.clock.now();
    const token = randomUUID();
    const emergency = await this.emergencies
      .findOneAndUpdate(
        {
          live: true,
          'dispatch.nextAt': { $lte: now },
          ...(id ? { _id: id } : {}),
          $or: [{ 'dispatch.lease': null }, { 'dispatch.lease.until': { $lte: now } }],
        },
        { $set: { 'dispatch.lease': { token, until: later(now, LEASE_MS) } } },
        { sort: { 'dispatch.nextAt': 1 }, returnDocument: 'after' },
      )
      .lean<Emergency>();
    return emergency ? { emergency, token } : null;
  }

  /** Looks for helpers around the present place, and alerts whom the policy chooses. */
  async runWave(emergency: Emergency, token: string): Promise<void> {
    if (!emergency.location) return;
    const rows = await this.alerts.rows(emergency._id);
    const outOfReach = await this.outOfReach(emergency, rows);
    // Somebody is coming: nobody new is asked, only alerts out of reach are taken back.
    const decision =
      emergency.status === 'active'
        ? await this.decide(emergency, emergency.location, asIfTakenBack(rows, outOfReach))
        : NOBODY;
    await this.transactions.run(
      (session) =>
        this.commit(session, emergency, token, decision, without(outOfReach, decision.alertAgain)),
      { about: emergency._id.toHexString() },
    );
  }

  private async decide(
    { requester, radiusMeters, createdAt, dispatch: { reopened } }: Emergency,
    location: EmergencyLocation,
    ledger: LedgerRow[],
  ): Promise<DispatchDecision> {
    const profile = await this.directory.requester(requester);
    const candidates = await this.discovery.candidates({
      place: toPlace(location.point),
      radiusMeters,
      requester,
      blockedByRequester: profile?.blockedUsers ?? [],
      passOver: ledger.filter((row) => !mayBeToldAgain(row, reopened)).map(({ helper }) => helper),
    });
    const ageMs = this.clock.now().getTime() - createdAt.getTime();
    return topFifty({ candidates, ledger, radiusMeters, ageMs, reopened });
  }

  private async commit(
    session: ClientSession,
    emergency: Emergency,
    token: string,
    { alert, alertAgain }: DispatchDecision,
    outOfReach: Types.ObjectId[],
  ): Promise<void> {
    const { _id: id, location, dispatch } = emergency;
    if (!location) return;
    const now = this.clock.now();
    const wave = dispatch.wave + 1;
    const alerts = alert.length + alertAgain.length > 0;
    const { matchedCount } = await this.emergencies.collection.updateOne(
      {
        _id: id,
        live: true,
        status: emergency.status,
        'dispatch.lease.token': token,
        'dispatch.wave': dispatch.wave,
      },
      {
        $set: {
          'dispatch.wave': alerts ? wave : dispatch.wave,
          'dispatch.nextAt': emergency.status === 'active' ? later(now, LOOK_AGAIN_MS) : null,
          'dispatch.lease': null,
          'dispatch.origin': location.point,
          'dispatch.reopened': false,
        },
      },
      { session },
    );
    // Accepted, ended, moved on or claimed by another node since: that one decides.
    if (matchedCount === 0) return;
    const takenBack = await this.ledger.withdrawUnanswered(session, id, outOfReach, 'out_of_reach');
    const place = toPlace(location.point);
    const rows = this.ledger.newRows(id, wave, alert, place, now);
    await this.ledger.insert(session, rows);
    const again = await this.ledger.alertAgain(session, id, wave, alertAgain, place, now);
    const news: NewEvent[] = [];
    if (takenBack.length > 0) news.push(alertWithdrawnEvent(id, takenBack, 'out_of_reach', now));
    if (alerts) news.push(waveEvent(emergency, wave, [...rows.map(toldOf), ...again], now));
    await this.events.append(session, news);
  }

  /** Whose unanswered alerts lie outside the radius, now that the place has moved since the last wave. */
  private async outOfReach(emergency: Emergency, rows: Alert[]): Promise<Types.ObjectId[]> {
    const { location, dispatch, radiusMeters } = emergency;
    if (!location || !dispatch.origin) return [];
    const place = toPlace(location.point);
    if (distanceMeters(place, toPlace(dispatch.origin)) === 0) return [];
    const waiting = rows.filter(({ status }) => PENDING_ALERT.includes(status));
    const places = await this.directory.lastPlaces(waiting.map(({ helper }) => helper));
    return waiting
      .map(({ helper }) => helper)
      .filter((helper) => {
        const at = places.get(helper.toHexString());
        return !at || distanceMeters(place, at) > radiusMeters;
      });
  }
}

/** The ledger as it will be once these alerts are taken back: their places are free for the wave that does so. */
function asIfTakenBack(rows: Alert[], helpers: Types.ObjectId[]): LedgerRow[] {
  const gone = new Set(helpers.map((helper) => helper.toHexString()));
  return rows.map((row) =>
    gone.has(row.helper.toHexString())
      ? { helper: row.helper, status: 'withdrawn', withdrawnBecause: 'out_of_reach' }
      : row,
  );
}

/** Who has come back into reach while we looked is told again, not sent off. */
function without(helpers: Types.ObjectId[], candidates: Candidate[]): Types.ObjectId[] {
  const told = new Set(candidates.map(({ helper }) => helper.toHexString()));
  return helpers.filter((helper) => !told.has(helper.toHexString()));
}
