import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, invalidField, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { ActiveAccounts } from '../users/active-accounts';
import { UsersService } from '../users/users.service';
import { BusinessAccess, ownedBy, runBy } from './business.access';
import { actorOf, BusinessEvents } from './events/business-events';
import { Business, LISTED } from './schemas/business.schema';

/** Keeps the document small: a shop has few who write for it. */
export const MOST_MANAGERS = 20;

/** Who runs a business beside its owner. */
@Injectable()
export class BusinessManagersService {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly access: BusinessAccess,
    private readonly accounts: ActiveAccounts,
    private readonly users: UsersService,
    private readonly events: BusinessEvents,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * By the owner. Both accounts are held, so that a block, a suspension or an erasure that comes at the same time either sees
   * the manager or stops them. Adding one again changes nothing.
   *
   * @throws DomainError NOT_FOUND also for somebody who is blocked either way, suspended or gone; FORBIDDEN;
   * VALIDATION_FAILED for the owner; CONFLICT past 20.
   */
  async add(actor: Actor, id: Types.ObjectId, manager: Types.ObjectId): Promise<void> {
    const { business, role } = await this.access.see(actor, id);
    if (business.status === 'removed' || role !== 'owner') {
      throw await this.access.refusal(actor, id, 'its owner');
    }
    if (manager.equals(actor.id)) {
      throw invalidField('userId', 'you own this business: you manage it already');
    }
    await this.transactions.run(
      async (session) => {
        await this.users.publicProfile(actor, manager);
        await this.accounts.hold(session, actor.id);
        await this.accounts.hold(session, manager);
        const at = this.clock.now();
        const after = await this.businesses
          .findOneAndUpdate(
            {
              _id: id,
              ...ownedBy(actor),
              managers: { $ne: manager },
              [`managers.${MOST_MANAGERS - 1}`]: { $exists: false },
            },
            { $push: { managers: manager }, $set: { updatedAt: at }, $inc: { seq: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Business>();
        if (!after) return this.refuseUnlessManaged(actor, id, manager);
        await this.events.append(session, after, {
          type: 'business.manager_added',
          actor: { id: actor.id, role: 'owner' },
          at,
          data: { userId: manager.toHexString() },
        });
      },
      { about: id.toHexString() },
    );
  }

  /**
   * By the owner, or by a manager who leaves.
   *
   * @throws DomainError NOT_FOUND also for somebody who is no manager; FORBIDDEN
   */
  async remove(actor: Actor, id: Types.ObjectId, manager: Types.ObjectId): Promise<void> {
    const may = manager.equals(actor.id) ? runBy(actor) : ownedBy(actor);
    const removed = await this.transactions.run(
      async (session) => {
        const at = this.clock.now();
        const before = await this.businesses
          .findOneAndUpdate(
            { $and: [{ _id: id, managers: manager }, may] },
            { $pull: { managers: manager }, $set: { updatedAt: at }, $inc: { seq: 1 } },
            { returnDocument: 'before' },
          )
          .lean<Business>();
        if (!before) return false;
        await this.events.append(
          session,
          // Who leaves is still among those who are told.
          { ...before, seq: before.seq + 1 },
          {
            type: 'business.manager_removed',
            actor: actorOf(actor, before),
            at,
            data: { userId: manager.toHexString() },
          },
        );
        return true;
      },
      { about: id.toHexString() },
    );
    if (removed) return;
    const { role, business } = await this.access.see(actor, id);
    if (role === 'owner' && business.status === LISTED.status) throw notFound('The manager');
    throw await this.access.refusal(actor, id, 'its owner, or a manager who leaves,');
  }

  private async refuseUnlessManaged(
    actor: Actor,
    id: Types.ObjectId,
    manager: Types.ObjectId,
  ): Promise<void> {
    const business = await this.businesses.findOne({ _id: id, ...ownedBy(actor) }).lean<Business>();
    if (!business) throw await this.access.refusal(actor, id, 'its owner');
    if (business.managers.some((one) => one.equals(manager))) return;
    throw new DomainError(
      'CONFLICT',
      `A business has at most ${MOST_MANAGERS} managers. Remove one first.`,
    );
  }
}
