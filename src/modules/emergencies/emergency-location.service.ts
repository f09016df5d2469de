import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { Batcher } from '../../common/batch/batcher';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { distanceMeters, toPlace } from '../../common/geo/geo';
import { Clock, later, MINUTE } from '../../common/time/clock';
import {
  type LocationFix,
  UserLifecycle,
  type UserLifecycleListener,
} from '../users/user-lifecycle';
import { Dispatcher } from './dispatch/dispatcher';
import { MemberDispatcher } from './dispatch/member-dispatcher';
import { EmergencyAccess } from './emergency.access';
import { deviceFix, LIVES_WITHOUT_A_SIGN_MS } from './emergency.factory';
import { LIVE_STATUSES, UNDER_WAY } from './emergency.transitions';
import { LivePositions } from './room/live-positions.service';
import { Emergency } from './schemas/emergency.schema';

/** A fix further than this from the place that dispatch searched around starts discovery again (API). */
const SEARCH_AGAIN_METERS = 500;

/** One question to the database for at most so many people. */
const LARGEST_BATCH = 200;

type Involvement = Pick<Emergency, '_id' | 'requester' | 'responses'>;

/** Where an emergency is, and where the people in it are. */
@Injectable()
export class EmergencyLocationService implements UserLifecycleListener, OnModuleInit {
  private readonly involvements = new Batcher<Types.ObjectId, Involvement[]>(
    (users) => this.involvementsOf(users),
    LARGEST_BATCH,
  );

  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly transactions: TransactionRunner,
    private readonly positions: LivePositions,
    private readonly dispatcher: Dispatcher,
    private readonly members: MemberDispatcher,
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
    const involved = await this.involvements.add(user);
    for (const { _id, requester } of involved) {
      if (requester.equals(user)) await this.move(user, _id, fix);
      else await this.shareHelper(user, _id, fix);
    }
  }

  /** Of each of these people the live emergencies that they raised or are on the way to. */
  private async involvementsOf(users: Types.ObjectId[]): Promise<Involvement[][]> {
    const rows = await this.emergencies.collection
      .find<Involvement>(
        {
          live: true,
          // Not the row of an account that was erased (ErasedRequester).
          status: { $exists: true },
          $or: [
            { requester: { $in: users } },
            { responses: { $elemMatch: { helper: { $in: users }, status: { $in: UNDER_WAY } } } },
          ],
        },
        { projection: { requester: 1, 'responses.helper': 1, 'responses.status': 1 } },
      )
      .toArray();
    return users.map((user) => rows.filter((row) => isInvolved(user, row)));
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
        const tellMembers = origin === null || before.status === 'active';
        if (moved) {
          await this.emergencies.collection.updateOne(
            { _id: id },
            {
              $set: {
                'dispatch.nextAt': now,
                'dispatch.lease': null,
                // The wave that waited for a place, or one more while nobody is coming.
                ...(tellMembers ? { 'dispatch.members.dueAt': now } : {}),
              },
            },
            { session },
          );
          this.transactions.afterCommit(() => {
            this.dispatcher.runSoon(id);
            if (tellMembers) this.members.runSoon(before);
          });
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

function isInvolved(user: Types.ObjectId, { requester, responses }: Involvement): boolean {
  return (
    requester.equals(user) ||
    responses.some(({ helper, status }) => helper.equals(user) && UNDER_WAY.includes(status))
  );
}
