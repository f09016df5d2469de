import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, unavailable } from '../../common/errors/domain-error';
import { toPlace } from '../../common/geo/geo';
import { bodyHash, keyReused } from '../../common/idempotency/idempotency-key';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import type { NewEvent } from '../events/event-log';
import { HelperDirectory, type RequesterProfile } from '../users/helper-directory';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { AlertLedger, toldOf } from './alerts/alert-ledger';
import { Discovery } from './dispatch/discovery';
import { topFifty } from './dispatch/dispatch.policy';
import { MemberDispatcher } from './dispatch/member-dispatcher';
import { waveEvent } from './dispatch/wave-event';
import type { RaiseEmergencyDto } from './dto/raise-emergency.dto';
import { newEmergency, placeOf } from './emergency.factory';
import { emergencyEvent } from './events/emergency-events';
import { EmergencyMetrics } from './metrics/emergency-metrics';
import type { Alert } from './schemas/alert.schema';
import {
  Emergency,
  type ErasedRequester,
  ONE_LIVE_INDEX,
  REQUEST_ID_INDEX,
} from './schemas/emergency.schema';

export interface Raised {
  emergency: Emergency;
  profile: RequesterProfile;
  alerts: number;
  /** True when this request had been answered before. */
  replayed: boolean;
}

/** Between a refused insert and the look for what refused it, that may have ended: then the insert is tried again. */
const ATTEMPTS = 3;

/** Raises emergencies: the one request that must be enough. */
@Injectable()
export class SosService implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly directory: HelperDirectory,
    private readonly discovery: Discovery,
    private readonly transactions: TransactionRunner,
    private readonly ledger: AlertLedger,
    private readonly events: EventLog,
    private readonly lifecycle: UserLifecycle,
    private readonly members: MemberDispatcher,
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /**
   * Writes the emergency, its event and the alerts of the first wave in one transaction. Helpers are found before it:
   * inside, the search would be slower and hold the transaction open.
   *
   * The same request id gives the same emergency, as it is now.
   *
   * @throws DomainError IDEMPOTENCY_KEY_REUSED for a request id that came with another body, EMERGENCY_ALREADY_LIVE
   * (details: emergencyId) while another of this requester is live, ACCOUNT_SUSPENDED, UNAUTHENTICATED for an account that
   * was erased.
   */
  async raise(actor: Actor, sos: RaiseEmergencyDto): Promise<Raised> {
    const profile = await this.directory.requester(actor.id);
    // Asked by the guard, too; but a request that it let in may come here after the change.
    if (!profile || profile.status === 'erased') throw noAccount();
    if (profile.status === 'suspended') {
      throw new DomainError('ACCOUNT_SUSPENDED', 'This account is suspended.');
    }
    const { requestId, ...body } = sos;
    const requestHash = requestId === undefined ? '' : bodyHash(body);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        return await this.write(actor, sos, requestHash, profile);
      } catch (error) {
        const index = duplicateKeyIndex(error);
        if (index !== ONE_LIVE_INDEX && index !== REQUEST_ID_INDEX) throw error;
        const existing = await this.replayOrRefuse(actor.id, requestId, requestHash);
        if (existing) return { emergency: existing, profile, alerts: 0, replayed: true };
      }
    }
    throw unavailable();
  }

  /**
   * An account in need cannot be erased, nor one that is erased raise an SOS, however close the two come: both insert into
   * the unique index of live emergencies, so that the database lets one of them through. What erasing inserts stays: a
   * request that was let in and has searched for helpers already may come to its insert later. It costs an SOS nothing.
   */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      const inTheWay = await this.emergencies.collection.findOne<Emergency | ErasedRequester>(
        { requester: user, live: true },
        { session, projection: { erased: 1 } },
      );
      if (inTheWay && !('erased' in inTheWay)) {
        throw new DomainError(
          'CONFLICT',
          'Your SOS is live. End it before you delete your account.',
          { emergencyId: inTheWay._id.toHexString() },
        );
      }
      if (inTheWay) return;
      const erased: ErasedRequester = {
        _id: new Types.ObjectId(),
        requester: user,
        live: true,
        erased: true,
      };
      await this.emergencies.collection.insertOne(erased, { session });
    });
  }

  private async write(
    actor: Actor,
    sos: RaiseEmergencyDto,
    requestHash: string,
    profile: RequesterProfile,
  ): Promise<Raised> {
    const location = placeOf(sos.location, profile, this.clock.now());
    const radiusMeters = sos.radiusMeters ?? profile.emergencyRadiusMeters;
    const chosen = location
      ? topFifty({
          candidates: await this.discovery.candidates({
            place: toPlace(location.point),
            radiusMeters,
            requester: actor.id,
            blockedByRequester: profile.blockedUsers,
          }),
          ledger: [],
          radiusMeters,
          ageMs: 0,
          reopened: false,
        }).alert
      : [];
    const emergency = await this.transactions.run(async (session) => {
      const now = this.clock.now();
      const created = newEmergency({
        requester: actor.id,
        sos,
        requestHash,
        location,
        radiusMeters,
        alerted: chosen.length > 0,
        shared: profile.sharesEmergencies ?? false,
        contacts: (profile.contacts ?? []).length > 0,
        now,
      });
      const rows = location
        ? this.ledger.newRows(created._id, 1, chosen, toPlace(location.point), now)
        : [];
      await this.emergencies.collection.insertOne(created, { session });
      await this.events.append(session, creationEvents(created, rows));
      await this.ledger.insert(session, rows);
      this.transactions.afterCommit(() => {
        this.metrics.raised(created.type);
        if (created.dispatch.members.dueAt) this.members.runSoon(created);
      });
      return created;
    });
    return { emergency, profile, alerts: chosen.length, replayed: false };
  }

  /**
   * What stands in the way of a new emergency: the one that this request raised before, which is given back, or another that
   * is live. A duplicate key names one index only, so the request id is looked up first: a repeat must find its own
   * emergency, live or not. Null when neither is there any more.
   */
  private async replayOrRefuse(
    requester: Types.ObjectId,
    requestId: string | undefined,
    requestHash: string,
  ): Promise<Emergency | null> {
    if (requestId !== undefined) {
      const same = await this.emergencies.findOne({ requester, requestId }).lean<Emergency>();
      if (same && same.requestHash !== requestHash) {
        throw keyReused();
      }
      if (same) return same;
    }
    const live = await this.emergencies.collection.findOne<Emergency | ErasedRequester>(
      { requester, live: true },
      { projection: { erased: 1 } },
    );
    if (!live) return null;
    if ('erased' in live) throw noAccount();
    throw new DomainError(
      'EMERGENCY_ALREADY_LIVE',
      'You have a live emergency already. Add to that one, or end it first.',
      { emergencyId: live._id.toHexString() },
    );
  }
}

function noAccount(): DomainError {
  return new DomainError('UNAUTHENTICATED', 'This account was deleted.');
}

function creationEvents(emergency: Emergency, rows: Alert[]): NewEvent[] {
  const created = emergencyEvent({
    emergency: emergency._id,
    seq: emergency.seq,
    type: 'emergency.created',
    actor: { id: emergency.requester, role: 'requester' },
    at: emergency.createdAt,
    data: {},
  });
  return rows.length === 0
    ? [created]
    : // The wave first: events are delivered in this order, and helpers are to hear of it before the requester's own devices.
      [waveEvent(emergency, 1, rows.map(toldOf), emergency.createdAt), created];
}
