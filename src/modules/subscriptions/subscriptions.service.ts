import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { findPlan, type Plan } from '../../common/entitlements/plans';
import { DomainError, invalidField } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { PaymentsService } from '../payments/payments.service';
import { PaymentProviders } from '../payments/providers/payment-providers';
import { ActiveAccounts } from '../users/active-accounts';
import type { ChangeSubscriptionDto, CreateSubscriptionDto } from './dto/subscription.dto';
import { ONE_SUBSCRIPTION_INDEX, Subscription } from './schemas/subscription.schema';
import { newSubscription } from './subscription.factory';
import { SubscriptionMoves } from './subscription-moves';
import { SubscriptionQueries } from './subscription.queries';
import { SubscriptionSubjects } from './subscription-subjects';

/** What a transaction leaves to be done with the provider. */
export interface KeptSubscription {
  subscriptionId: string;
  asked: 'subscribe' | 'change' | 'cancel';
  /** That was asked for. */
  plan?: string;
}

/**
 * What people do with subscriptions: each method writes what is wanted, in a transaction. SubscriptionCompletion tells the
 * provider of it once that has committed.
 */
@Injectable()
export class SubscriptionsService {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly subjects: SubscriptionSubjects,
    private readonly queries: SubscriptionQueries,
    private readonly moves: SubscriptionMoves,
    private readonly payments: PaymentsService,
    private readonly providers: PaymentProviders,
    private readonly accounts: ActiveAccounts,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * For whoever manages the subject; it is theirs to pay.
   *
   * @throws DomainError VALIDATION_FAILED for a plan that is none, or of another kind; NOT_FOUND, FORBIDDEN; CONFLICT (details:
   * subscriptionId, status) while another has not ended; ACCOUNT_SUSPENDED; UNAVAILABLE where no provider is set up.
   */
  async create(actor: Actor, input: CreateSubscriptionDto): Promise<KeptSubscription> {
    const plan = planFor(input.plan, input.subject.kind);
    const provider = this.providers.current();
    this.providers.assertChargeable(provider, plan.price);
    const subject = { kind: plan.kind, id: new Types.ObjectId(input.subject.id) };
    const work = () =>
      this.transactions.run(
        async (session) => {
          await this.accounts.hold(session, actor.id);
          await this.subjects.of(subject.kind).hold(session, actor, subject.id);
          const other = await this.subscriptions.collection.findOne(
            { 'subject.id': subject.id, open: true },
            { session, projection: { status: 1 } },
          );
          if (other) throw subscribedAlready(other._id.toHexString(), String(other.status));
          const subscription = newSubscription({
            payer: actor.id,
            subject,
            plan: plan.id,
            provider,
            now: this.clock.now(),
          });
          await this.moves.insert(session, subscription);
          await this.payments.open(session, {
            id: subscription.firstPayment,
            payer: actor.id,
            purpose: 'subscription',
            subject: { kind: 'subscription', id: subscription._id },
            price: plan.price,
            provider,
            exclusive: true,
            // SubscriptionSweeper looks after both.
            nextAt: null,
            expiresAt: null,
          });
          return { subscriptionId: subscription._id.toHexString(), asked: 'subscribe' as const };
        },
        { about: input.subject.id },
      );
    try {
      return await work();
    } catch (error) {
      // The loser of a race between two nodes: the winner's is there now.
      if (duplicateKeyIndex(error) === ONE_SUBSCRIPTION_INDEX) throw subscribedAlready();
      throw error;
    }
  }

  /**
   * To another plan of its kind. For who pays it and still manages the subject: nobody else's card is to be charged more.
   *
   * @throws DomainError VALIDATION_FAILED, NOT_FOUND, FORBIDDEN; INVALID_TRANSITION unless it is active; CONFLICT where it is on
   * that plan, ends with the period, or another change waits for its payment.
   */
  async change(
    actor: Actor,
    id: Types.ObjectId,
    { plan: wanted }: ChangeSubscriptionDto,
  ): Promise<KeptSubscription> {
    const { pays, subscription } = await this.queries.see(actor.id, id);
    const { subject, provider } = subscription;
    const plan = planFor(wanted, subject.kind);
    if (!pays) throw new DomainError('FORBIDDEN', 'Only whoever pays for it changes the plan.');
    this.providers.assertChargeable(provider, plan.price);
    await this.transactions.run(
      async (session) => {
        await this.subjects.of(subject.kind).hold(session, actor, subject.id);
        const held = await this.moves.hold(session, id);
        if (!held) throw new Error('A subscription stays.');
        if (held.pendingChange?.plan === plan.id) return;
        refuseChange(held, plan);
        await this.moves.request(
          session,
          held,
          'subscription.change_requested',
          { id: actor.id, role: 'owner' },
          {
            pendingChange: {
              id: new Types.ObjectId(),
              plan: plan.id,
              requestedAt: this.clock.now(),
            },
          },
        );
      },
      { about: id.toHexString() },
    );
    return { subscriptionId: id.toHexString(), asked: 'change', plan: plan.id };
  }

  /**
   * At the end of what is paid; at once where nothing is paid. For who pays it, and who manages the subject. A repeat changes
   * nothing.
   *
   * @throws DomainError NOT_FOUND; INVALID_TRANSITION for one that has ended otherwise.
   */
  async cancel(actor: Actor, id: Types.ObjectId): Promise<KeptSubscription> {
    const { pays } = await this.queries.see(actor.id, id);
    const by = { id: actor.id, role: pays ? 'owner' : 'manager' } as const;
    await this.transactions.run(
      async (session) => {
        const held = await this.moves.hold(session, id);
        if (!held) throw new Error('A subscription stays.');
        if (held.status === 'ended') {
          if (held.endReason === 'cancelled') return;
          throw notActive(held);
        }
        if (held.status !== 'active') {
          await this.moves.end(session, held, {
            reason: 'cancelled',
            actor: by,
            providerTold: false,
          });
        } else if (!held.cancelAtPeriodEnd) {
          await this.moves.request(session, held, 'subscription.cancel_requested', by, {
            cancelAtPeriodEnd: true,
            providerTold: false,
          });
        }
      },
      { about: id.toHexString() },
    );
    return { subscriptionId: id.toHexString(), asked: 'cancel' };
  }
}

function planFor(id: string, kind: Plan['kind']): Plan {
  const plan = findPlan(id);
  if (!plan)
    throw invalidField('plan', 'plan must be the id of a plan of GET /subscriptions/plans');
  if (plan.kind !== kind)
    throw invalidField('plan', `plan must be one for a subject of kind ${kind}`);
  return plan;
}

function refuseChange(held: Subscription, plan: Plan): void {
  if (held.status !== 'active') throw notActive(held);
  const why = held.cancelAtPeriodEnd
    ? 'It ends with the period that is paid. Subscribe again then.'
    : held.pendingChange
      ? `The change to ${held.pendingChange.plan} waits for its payment, for a day at most.`
      : held.plan === plan.id
        ? 'It is on this plan already.'
        : null;
  if (why) throw new DomainError('CONFLICT', why);
}

function notActive({ status }: Subscription): DomainError {
  const sentence = {
    incomplete: 'Its first payment has not come yet.',
    active: 'It is active.',
    past_due: 'Its last renewal could not be paid: that comes first.',
    ended: 'It has ended. Subscribe again.',
  }[status];
  return new DomainError('INVALID_TRANSITION', sentence, { status });
}

function subscribedAlready(subscriptionId?: string, status?: string): DomainError {
  return new DomainError(
    'CONFLICT',
    'There is a subscription for this already (GET /subscriptions): change its plan, or cancel it first.',
    subscriptionId ? { subscriptionId, status } : undefined,
  );
}
