import { defineStateMachine } from '../../../common/state-machine/state-machine';

export const DELIVERY_STATUSES = ['pending', 'sent', 'dropped', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export type DeliveryTransition = 'deliver' | 'drop' | 'bury' | 'retry';

/** What becomes of a message to the outside. Nothing else changes its status. */
export const deliveryMachine = defineStateMachine<
  DeliveryStatus,
  DeliveryTransition,
  'worker' | 'moderator'
>({
  name: 'delivery',
  states: DELIVERY_STATUSES,
  initial: 'pending',
  terminal: ['sent', 'dropped'],
  transitions: {
    // The provider took it over.
    deliver: { from: ['pending'], to: 'sent', by: ['worker'] },
    // Nobody is there to get it, or it came to be worth nothing.
    drop: { from: ['pending'], to: 'dropped', by: ['worker'] },
    // Refused for good, or tried too often.
    bury: { from: ['pending'], to: 'dead', by: ['worker'] },
    retry: { from: ['dead'], to: 'pending', by: ['moderator'] },
  },
});
