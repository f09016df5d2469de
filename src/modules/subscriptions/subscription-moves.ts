import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { planOf } from '../../common/entitlements/plans';
import { DEFAULT_TIER } from '../../common/entitlements/tiers';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock, later } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { type EventActor, SYSTEM } from '../events/schemas/event.schema';
import { Subscription, type UnpaidBill } from './schemas/subscription.schema';
import { dueAt, GRACE_MS } from './subscription.rules';
import { SubscriptionSubjects } from './subscription-subjects';
import {
  type EndReason,
  subscriptionMachine,
  type SubscriptionTransition,
} from './subscription.transitions';

export type SubscriptionEventType =
  | 'subscription.created'
  | 'subscription.activated'
  | 'subscription.renewed'
  | 'subscription.payment_failed'
  | 'subscription.change_requested'
  | 'subscription.plan_changed'
  | 'subscription.cancel_requested'
  | 'subscription.ended';

/**
 * The only writer of subscriptions, inside the caller's transaction: the row, its event and the tier of the subject change
 * together. Whatever changes one goes through `hold` first, which writes: of two changes the second begins when the first has
 * committed, so a status that was read after `hold` is the status.
 */
@Injectable()
export class SubscriptionMoves {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly subjects: SubscriptionSubjects,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Takes hold of a subscription until the transaction ends. @returns it as it is, or null where there is none. */
  async hold(session: ClientSession, id: Types.ObjectId): Promise<Subscription | null> {
    return (await this.subscriptions.collection.findOneAndUpdate(
      { _id: id },
      { $inc: { revision: 1 } },
      { session, returnDocument: 'after' },
    )) as Subscription | null;
  }

  async insert(session: ClientSession, subscription: Subscription): Promise<void> {
    await this.subscriptions.collection.insertOne(subscription, { session });
    await this.tell(session, subscription, 'subscription.created', {
      id: subscription.payer,
      role: 'owner',
    });
  }

  /** The first payment came: the subject has what was paid for. */
  async activate(session: ClientSession, held: Subscription): Promise<Subscription> {
    const active = await this.move(session, held, 'activate', {
      activatedAt: this.clock.now(),
      paidBy: [held.firstPayment],
    });
    await this.entitle(session, active);
    await this.tell(session, active, 'subscription.activated', SYSTEM);
    return active;
  }

  /** Another period was paid. */
  async renew(
    session: ClientSession,
    held: Subscription,
    set: Pick<Subscription, 'currentPeriodEnd' | 'paidBy' | 'paidBills'>,
  ): Promise<Subscription> {
    const renewed = await this.move(session, held, 'renew', {
      ...set,
      unpaid: null,
      graceUntil: null,
    });
    await this.tell(session, renewed, 'subscription.renewed', SYSTEM);
    return renewed;
  }

  /** A renewal could not be paid. The tier stays for the grace period. */
  async fallDue(session: ClientSession, held: Subscription, unpaid: UnpaidBill): Promise<void> {
    const graceUntil = later(this.clock.now(), GRACE_MS);
    const due = await this.move(session, held, 'fall_due', { unpaid, graceUntil });
    await this.tell(session, due, 'subscription.payment_failed', SYSTEM);
  }

  /** The plan in force; the tier of the subject follows at once. */
  async setPlan(session: ClientSession, held: Subscription, plan: string): Promise<Subscription> {
    const changed = await this.note(session, held, { plan, pendingChange: null }, true);
    await this.entitle(session, changed);
    await this.tell(session, changed, 'subscription.plan_changed', SYSTEM);
    return changed;
  }

  /** Asked for by somebody: noted first, and the provider is told after the commit. */
  async request(
    session: ClientSession,
    held: Subscription,
    type: 'subscription.change_requested' | 'subscription.cancel_requested',
    actor: EventActor,
    set: Partial<Subscription>,
  ): Promise<Subscription> {
    const noted = await this.note(session, held, set, true);
    await this.tell(session, noted, type, actor);
    return noted;
  }

  /**
   * It is over, and so is the tier: members stay, joins stop.
   *
   * @param providerTold whether the provider has ended it as well; else the sweeper sees to that.
   */
  async end(
    session: ClientSession,
    held: Subscription,
    {
      reason,
      actor = SYSTEM,
      providerTold,
    }: { reason: EndReason; actor?: EventActor; providerTold: boolean },
  ): Promise<Subscription> {
    const ended = await this.move(session, held, 'end', {
      open: false,
      endedAt: this.clock.now(),
      endReason: reason,
      graceUntil: null,
      pendingChange: null,
      providerTold,
    });
    if (held.status !== 'incomplete') {
      const { kind, id } = held.subject;
      await this.subjects.of(kind).entitle(session, id, DEFAULT_TIER);
    }
    await this.tell(session, ended, 'subscription.ended', actor);
    return ended;
  }

  /** What changes without a status: with `numbered` it is an event that the caller tells. */
  async note(
    session: ClientSession,
    held: Subscription,
    set: Partial<Subscription>,
    numbered = false,
  ): Promise<Subscription> {
    const seq = held.seq + (numbered ? 1 : 0);
    const noted = { ...held, ...set, seq };
    const nextAt = dueAt(noted, this.clock.now());
    await this.subscriptions.collection.updateOne(
      { _id: held._id },
      { $set: { ...set, seq, nextAt, attempts: 0 } },
      { session },
    );
    return { ...noted, nextAt, attempts: 0 };
  }

  /** The sweeper asks the provider how things stand, at once. */
  async lookSoon(session: ClientSession, { _id }: Subscription): Promise<void> {
    await this.subscriptions.collection.updateOne(
      { _id },
      { $set: { nextAt: this.clock.now(), attempts: 0 } },
      { session },
    );
  }

  private async move(
    session: ClientSession,
    held: Subscription,
    transition: SubscriptionTransition,
    set: Document,
  ): Promise<Subscription> {
    const { to } = subscriptionMachine.transitions[transition];
    const next = { ...held, ...set, status: to };
    const change = { ...set, nextAt: dueAt(next, this.clock.now()), attempts: 0 };
    const before = await moveStatus(this.subscriptions, session, subscriptionMachine, transition, {
      id: held._id,
      set: change,
    });
    // It is held, so the caller has looked: anything else is a mistake of ours.
    if (!before) throw new Error(`A subscription that is ${held.status} cannot ${transition}.`);
    return { ...next, ...change, seq: before.seq + 1 };
  }

  private entitle(session: ClientSession, { subject, plan }: Subscription): Promise<void> {
    return this.subjects.of(subject.kind).entitle(session, subject.id, planOf(plan).tier);
  }

  private async tell(
    session: ClientSession,
    { _id, seq, payer, subject, endReason }: Subscription,
    type: SubscriptionEventType,
    actor: EventActor,
  ): Promise<void> {
    await this.events.append(session, [
      {
        kind: 'subscription',
        subject: _id,
        seq,
        type,
        actor,
        at: this.clock.now(),
        audience: { room: false, users: [payer] },
        data: {
          kind: subject.kind,
          subject: subject.id,
          ...(endReason ? { reason: endReason } : {}),
        },
      },
    ]);
  }
}
