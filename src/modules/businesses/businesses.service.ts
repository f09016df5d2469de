import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, type QueryFilter, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Clock } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { SubscriptionLifecycle } from '../subscriptions/subscription-lifecycle';
import { ActiveAccounts } from '../users/active-accounts';
import { BusinessAccess, ownedBy, roleOf, runBy } from './business.access';
import { changedFields, changesIdentity, newBusiness } from './business.factory';
import type { CreateBusinessDto } from './dto/create-business.dto';
import type { UpdateBusinessDto } from './dto/update-business.dto';
import { actorOf, BusinessEvents } from './events/business-events';
import { Business } from './schemas/business.schema';

/** Makes, changes and removes businesses. */
@Injectable()
export class BusinessesService {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly access: BusinessAccess,
    private readonly accounts: ActiveAccounts,
    private readonly audit: AuditLog,
    private readonly events: BusinessEvents,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
    private readonly subscriptions: SubscriptionLifecycle,
  ) {}

  /** @throws DomainError ACCOUNT_SUSPENDED, UNAUTHENTICATED for an account that was erased meanwhile. */
  async create(actor: Actor, fields: CreateBusinessDto): Promise<Types.ObjectId> {
    return this.transactions.run(async (session) => {
      await this.accounts.hold(session, actor.id);
      const business = newBusiness(actor.id, fields, this.clock.now());
      await this.businesses.collection.insertOne(business, { session });
      await this.events.append(session, business, {
        type: 'business.created',
        actor: { id: actor.id, role: 'owner' },
        at: business.createdAt,
      });
      return business._id;
    });
  }

  /**
   * By the owner and managers. Another name, category or place ends the verification: it was said of what stood there.
   * What is so already is no change: nothing is written or told.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async update(actor: Actor, id: Types.ObjectId, changes: UpdateBusinessDto): Promise<void> {
    const found = await this.transactions.run(
      async (session) => {
        const at = this.clock.now();
        const mine = { _id: id, ...runBy(actor) };
        const before = await this.businesses.findOne(mine).lean<Business>();
        if (!before) return false;
        const fields = changedFields(before, changes);
        if (Object.keys(fields).length === 0) return true;
        const identityChanged = changesIdentity(fields);
        // Of two at the same time the database lets one write, and the other runs again from what that one left.
        await this.businesses.updateOne(mine, {
          $set: { ...fields, updatedAt: at, ...(identityChanged ? { verified: false } : {}) },
          $inc: { seq: 1, ...(identityChanged ? { revision: 1 } : {}) },
        });
        await this.events.append(
          session,
          { ...before, seq: before.seq + 1 },
          {
            type: 'business.updated',
            actor: actorOf(actor, before),
            at,
            data: {
              fields: Object.keys(fields),
              verified: before.verified && !identityChanged,
            },
          },
        );
        return true;
      },
      { about: id.toHexString() },
    );
    if (!found) throw await this.access.refusal(actor, id, 'its owner and managers');
  }

  /**
   * By the owner, and by staff, whose doing is recorded. It hides the business for good and keeps it for the record.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN; INVALID_TRANSITION for staff where it was removed before.
   */
  async remove(actor: Actor, id: Types.ObjectId): Promise<void> {
    const may: QueryFilter<Business> = isStaff(actor) ? { status: 'active' } : ownedBy(actor);
    const removed = await this.transactions.run(
      async (session) => {
        const at = this.clock.now();
        const business = await this.businesses
          .findOneAndUpdate(
            { _id: id, ...may },
            { $set: { status: 'removed', removedAt: at, updatedAt: at }, $inc: { seq: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Business>();
        if (!business) return false;
        await this.subscriptions.subjectRemoved(session, id);
        const by = actorOf(actor, business);
        await this.events.append(session, business, { type: 'business.removed', actor: by, at });
        if (roleOf(actor, business) !== 'owner') {
          await this.audit.record(actor, 'business.removed', id, {
            status: { from: 'active', to: 'removed' },
          });
        }
        return true;
      },
      { about: id.toHexString() },
    );
    if (!removed) throw await this.access.refusal(actor, id, 'its owner');
  }

  /**
   * Inside the transaction in which a removal by staff is taken back: it is there again, as it was.
   *
   * @returns false where it was not removed.
   */
  async restore(session: ClientSession, actor: Actor, id: Types.ObjectId): Promise<boolean> {
    const at = this.clock.now();
    const business = await this.businesses
      .findOneAndUpdate(
        { _id: id, status: 'removed' },
        { $set: { status: 'active', removedAt: null, updatedAt: at }, $inc: { seq: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<Business>();
    if (!business) return false;
    const data = { fields: ['status'] };
    const by = actorOf(actor, business);
    await this.events.append(session, business, { type: 'business.updated', actor: by, at, data });
    return true;
  }
}
