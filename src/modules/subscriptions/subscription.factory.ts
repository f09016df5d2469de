import { Types } from 'mongoose';
import { later } from '../../common/time/clock';
import type { Subscription } from './schemas/subscription.schema';
import { ABANDONED_AFTER_MS } from './subscription.rules';
import { subscriptionMachine } from './subscription.transitions';

/** One whose first payment is still to come, and of which the provider knows nothing yet. */
export function newSubscription({
  now,
  ...fields
}: Pick<Subscription, 'payer' | 'subject' | 'plan' | 'provider'> & { now: Date }): Subscription {
  return {
    _id: new Types.ObjectId(),
    ...fields,
    status: subscriptionMachine.initial,
    open: true,
    seq: 1,
    revision: 0,
    providerId: null,
    firstPayment: new Types.ObjectId(),
    paidBy: [],
    paidBills: [],
    unpaid: null,
    currentPeriodEnd: null,
    graceUntil: null,
    cancelAtPeriodEnd: false,
    providerTold: false,
    pendingChange: null,
    nextAt: later(now, ABANDONED_AFTER_MS),
    attempts: 0,
    createdAt: now,
    activatedAt: null,
    endedAt: null,
    endReason: null,
  };
}
