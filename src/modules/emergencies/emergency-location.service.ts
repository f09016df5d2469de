import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { distanceMeters, toPlace } from '../../common/geo/geo';
import { Clock, later, MINUTE } from '../../common/time/clock';
import {
  type LocationFix,
  UserLifecycle,
  type UserLifecycleListener,
} from '../users/user-lifecycle';
import { Dispatcher } from './dispatch/dispatcher';
import { EmergencyAccess } from './emergency.access';
import { deviceFix, LIVES_WITHOUT_A_SIGN_MS } from './emergency.factory';
import { LIVE_STATUSES, UNDER_WAY } from './emergency.transitions';
import { LivePositions } from './room/live-positions.service';
import { Emergency } from './schemas/emergency.schema';

/** A fix further than this from the place that dispatch searched around starts discovery again (API). */
const SEARCH_AGAIN_METERS = 500;

/** Where an emergency is, and where the people in it are. */
@Injectable()
export class EmergencyLocationService implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly transactions: TransactionRunner,
    private readonly positions: LivePositions,
    private readonly dispatcher: Dispatcher,
    private readonly access: EmergencyAccess,
    private readonly lifecycle: UserLifecycle,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /**
   * A better fix from the requester.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, or INVALID_TRANSITION when it is over.
   */
  async improve(actor: Actor, id: Types.ObjectId, fix: LocationFix): Promise<void> {
    if (!(await this.move(actor.id, id, fix))) {
      await this.access.refuse(actor, id, { roles: ['requester'] });
    }
  }

  /** Every position of a user: shared with the rooms they are in, a better fix of the emergency they raised. */
  async onLocation(user: Types.ObjectId, fix: LocationFix): Promise<void> {
    const involved = await this.emergencies
      .find(
        {
          live: true,
          $or: [
            { requester: user },
            { responses: { $elemMatch: { helper: user, status: { $in: UNDER_WAY } } } },
          ],
        },
        { requester: 1 },
      )
      .lean<Emergency[]>();
    for (const { _id, requester } of involved) {
      if (requester.equals(user)) await this.move(user, _id, fix);
      else await this.shareHelper(user, _id, fix);
    }
  }

  private async shareHelper(
    helper: Types.ObjectId,
    id: Types.ObjectId,
    fix: LocationFix,
  ): Promise<void> {
    const now = this.clock.now();
    const { point, accuracyMeters } = deviceFix(fix, now);
    await this.positions.share(id, helper, 'helper', { point, accuracyMeters, at: now });
    // At most once a minute: a write to the emergency makes the transactions that change it start over.
    const expiresAt = later(now, LIVES_WITHOUT_A_SIGN_MS);
    await this.emergencies.collection.updateOne(
      { _id: id, live: true, expiresAt: { $lt: later(expiresAt, -MINUTE) } },
      { $set: { expiresAt } },
    );
  }

  private async move(
    requester: Types.ObjectId,
    id: Types.ObjectId,
    fix: LocationFix,
  ): Promise<boolean> {
    return this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const location = deviceFix(fix, now);
        const before = (await this.emergencies.collection.findOneAndUpdate(
          { _id: id, requester, status: { $in: LIVE_STATUSES } },
          { $set: { location, expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS) } },
          { session, returnDocument: 'before' },
        )) as Emergency | null;
        if (!before) return false;
        const { origin } = before.dispatch;
        const moved =
          origin === null ||
          distanceMeters(toPlace(origin), toPlace(location.point)) > SEARCH_AGAIN_METERS;
        if (moved) {
          await this.emergencies.collection.updateOne(
            { _id: id },
            { $set: { 'dispatch.nextAt': now, 'dispatch.lease': null } },
            { session },
          );
          this.transactions.afterCommit(() => this.dispatcher.runSoon(id));
        }
        await this.positions.share(
          id,
          requester,
          'requester',
          { point: location.point, accuracyMeters: location.accuracyMeters, at: now },
          session,
        );
        return true;
      },
      { about: id.toHexString() },
    );
  }
}
