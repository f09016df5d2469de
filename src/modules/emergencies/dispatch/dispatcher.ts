import { Injectable, Logger } from '@nestjs/common';
import type { Types } from 'mongoose';
import { distanceMeters, toPlace } from '../../../common/geo/geo';
import { Clock, later } from '../../../common/time/clock';
import { HelperDirectory } from '../../users/helper-directory';
import { AlertQueries } from '../alerts/alert-queries';
import { EmergencyMetrics } from '../metrics/emergency-metrics';
import { type Alert, PENDING_ALERT } from '../schemas/alert.schema';
import type { Emergency, EmergencyLocation } from '../schemas/emergency.schema';
import { Discovery } from './discovery';
import {
  type DispatchDecision,
  type LedgerRow,
  LOOK_AGAIN_MS,
  mayBeToldAgain,
  topFifty,
} from './dispatch.policy';
import { reaches } from './member-discovery';
import type { Candidate } from './rank';
import { type ClaimedWave, WaveLeases } from './wave-leases';
import { WaveWriter } from './wave-writer';

const NOBODY: DispatchDecision = { alert: [], alertAgain: [] };

/**
 * Runs the waves of an emergency. What is due stands on the emergency itself, so a wave that one node began and did not
 * finish is finished by another; it commits only with the lease and the wave number that it began with.
 */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger(Dispatcher.name);

  constructor(
    private readonly leases: WaveLeases,
    private readonly writer: WaveWriter,
    private readonly discovery: Discovery,
    private readonly directory: HelperDirectory,
    private readonly alerts: AlertQueries,
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

  claim(id?: Types.ObjectId): Promise<ClaimedWave | null> {
    return this.leases.claim('dispatch.nextAt', id);
  }

  /** Looks for helpers around the present place, and alerts whom the policy chooses. */
  async runWave(emergency: Emergency, token: string): Promise<void> {
    const { location, status } = emergency;
    if (!location) return;
    const rows = await this.alerts.rows(emergency._id);
    const outOfReach = await this.outOfReach(emergency, rows);
    // Somebody is coming: nobody new is asked, only alerts out of reach are taken back.
    const decision =
      status === 'active'
        ? await this.decide(emergency, location, asIfTakenBack(rows, outOfReach))
        : NOBODY;
    await this.writer.commit({
      emergency,
      token,
      decision,
      takeBack: without(outOfReach, decision.alertAgain),
      condition: { status },
      next: {
        'dispatch.nextAt': status === 'active' ? later(this.clock.now(), LOOK_AGAIN_MS) : null,
        'dispatch.origin': location.point,
        'dispatch.reopened': false,
      },
    });
  }

  private async decide(
    { requester, radiusMeters, createdAt, dispatch: { reopened } }: Emergency,
    location: EmergencyLocation,
    rows: LedgerRow[],
  ): Promise<DispatchDecision> {
    const profile = await this.directory.requester(requester);
    // Members of organizations have waves of their own; they take no helper's place.
    const ledger = rows.filter(({ via }) => !via);
    const candidates = await this.discovery.candidates({
      place: toPlace(location.point),
      radiusMeters,
      requester,
      blockedByRequester: profile?.blockedUsers ?? [],
      passOver: rows
        .filter((row) => row.via || !mayBeToldAgain(row, reopened))
        .map(({ helper }) => helper),
    });
    const ageMs = this.clock.now().getTime() - createdAt.getTime();
    return topFifty({ candidates, ledger, radiusMeters, ageMs, reopened });
  }

  /** Whose unanswered alerts lie out of reach, now that the place has moved since the last wave. */
  private async outOfReach(emergency: Emergency, rows: Alert[]): Promise<Types.ObjectId[]> {
    const { location, dispatch, radiusMeters } = emergency;
    if (!location || !dispatch.origin) return [];
    const place = toPlace(location.point);
    if (distanceMeters(place, toPlace(dispatch.origin)) === 0) return [];
    const waiting = rows.filter(({ status }) => PENDING_ALERT.includes(status));
    const places = await this.directory.lastPlaces(waiting.map(({ helper }) => helper));
    return waiting
      .filter(({ helper, via }) => {
        if (via?.reachMeters === null) return false;
        const at = places.get(helper.toHexString());
        if (!at) return true;
        return via
          ? !reaches(via.reachMeters, place, at)
          : distanceMeters(place, at) > radiusMeters;
      })
      .map(({ helper }) => helper);
  }
}

/** The ledger as it will be once these alerts are taken back: their places are free for the wave that does so. */
function asIfTakenBack(rows: Alert[], helpers: Types.ObjectId[]): LedgerRow[] {
  const gone = new Set(helpers.map((helper) => helper.toHexString()));
  return rows.map((row) =>
    gone.has(row.helper.toHexString())
      ? { ...row, status: 'withdrawn', withdrawnBecause: 'out_of_reach' }
      : row,
  );
}

/** Who has come back into reach while we looked is told again, not sent off. */
function without(helpers: Types.ObjectId[], candidates: Candidate[]): Types.ObjectId[] {
  const told = new Set(candidates.map(({ helper }) => helper.toHexString()));
  return helpers.filter((helper) => !told.has(helper.toHexString()));
}
