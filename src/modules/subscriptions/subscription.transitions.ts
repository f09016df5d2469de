import { defineStateMachine } from '../../common/state-machine/state-machine';

export const SUBSCRIPTION_STATUSES = ['incomplete', 'active', 'past_due', 'ended'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** Who can move a subscription on; `provider`: what it says of the money. */
export type SubscriptionRole = 'owner' | 'provider' | 'system';

export type SubscriptionTransition = 'activate' | 'renew' | 'fall_due' | 'end';

export const subscriptionMachine = defineStateMachine<
  SubscriptionStatus,
  SubscriptionTransition,
  SubscriptionRole
>({
  name: 'subscription',
  states: SUBSCRIPTION_STATUSES,
  initial: 'incomplete',
  terminal: ['ended'],
  transitions: {
    /** The first payment came. */
    activate: { from: ['incomplete'], to: 'active', by: ['provider'] },
    renew: { from: ['active', 'past_due'], to: 'active', by: ['provider'] },
    /** A renewal could not be paid: the grace period begins. */
    fall_due: { from: ['active'], to: 'past_due', by: ['provider'] },
    /** Given up before it was paid, its time is over, the grace period too, or all was given back. */
    end: {
      from: ['incomplete', 'active', 'past_due'],
      to: 'ended',
      by: ['owner', 'provider', 'system'],
    },
  },
});

export const END_REASONS = [
  'cancelled',
  'payment_failed',
  'payment_expired',
  'unpaid',
  'refunded',
  'subject_removed',
  'provider',
] as const;
export type EndReason = (typeof END_REASONS)[number];
