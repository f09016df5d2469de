import { defineStateMachine } from '../../common/state-machine/state-machine';

export const HELP_REQUEST_STATUSES = [
  'open',
  'accepted',
  'in_progress',
  'completed',
  'cancelled',
  'expired',
] as const;
export type HelpRequestStatus = (typeof HELP_REQUEST_STATUSES)[number];

/** Who can move a help request on. The helper is the one who was chosen. */
export type HelpRequestRole = 'requester' | 'helper' | 'moderator' | 'system';

export type HelpRequestTransition =
  'accept' | 'start' | 'complete' | 'completeUnopposed' | 'reopen' | 'cancel' | 'remove' | 'expire';

export const helpRequestMachine = defineStateMachine<
  HelpRequestStatus,
  HelpRequestTransition,
  HelpRequestRole
>({
  name: 'help request',
  states: HELP_REQUEST_STATUSES,
  initial: 'open',
  terminal: ['completed', 'cancelled', 'expired'],
  transitions: {
    /** One of the offers is accepted: its helper is the chosen one. */
    accept: { from: ['open'], to: 'accepted', by: ['requester'] },
    start: { from: ['accepted'], to: 'in_progress', by: ['helper'] },
    complete: { from: ['in_progress'], to: 'completed', by: ['requester'] },
    /** The helper said done, and the requester did not object in time. */
    completeUnopposed: { from: ['in_progress'], to: 'completed', by: ['system'] },
    /** The chosen helper is gone: the other offers can be accepted again. */
    reopen: { from: ['accepted', 'in_progress'], to: 'open', by: ['helper', 'system'] },
    /** By the requester, or because their account is erased. */
    cancel: {
      from: ['open', 'accepted', 'in_progress'],
      to: 'cancelled',
      by: ['requester', 'system'],
    },
    /** What is taken away while it lives ends. */
    remove: {
      from: ['open', 'accepted', 'in_progress'],
      to: 'cancelled',
      by: ['requester', 'moderator'],
    },
    /** Nobody was chosen until `expiresAt`. */
    expire: { from: ['open'], to: 'expired', by: ['system'] },
  },
});

export const LIVE_STATUSES = helpRequestMachine.states.filter(
  (status) => !helpRequestMachine.terminal.includes(status),
);
/** While somebody is chosen: they know the place, and can give up. */
export const UNDER_WAY: readonly HelpRequestStatus[] = helpRequestMachine.transitions.reopen.from;

export const HELP_OFFER_STATUSES = ['open', 'accepted', 'declined', 'withdrawn', 'closed'] as const;
export type HelpOfferStatus = (typeof HELP_OFFER_STATUSES)[number];

export type HelpOfferTransition = 'accept' | 'decline' | 'withdraw' | 'offerAgain' | 'close';

export const helpOfferMachine = defineStateMachine<
  HelpOfferStatus,
  HelpOfferTransition,
  HelpRequestRole
>({
  name: 'help offer',
  states: HELP_OFFER_STATUSES,
  initial: 'open',
  terminal: ['declined', 'closed'],
  transitions: {
    accept: { from: ['open'], to: 'accepted', by: ['requester'] },
    decline: { from: ['open'], to: 'declined', by: ['requester'] },
    /** By the helper, or by force: blocked, suspended, erased. */
    withdraw: { from: ['open', 'accepted'], to: 'withdrawn', by: ['helper', 'system'] },
    offerAgain: { from: ['withdrawn'], to: 'open', by: ['helper'] },
    /** The request ended otherwise. The accepted offer of a completed one stays accepted. */
    close: { from: ['open', 'accepted'], to: 'closed', by: ['requester', 'moderator', 'system'] },
  },
});

/** Offers that can still come to something, and whose two people may write to each other. */
export const STANDING: readonly HelpOfferStatus[] = helpOfferMachine.transitions.withdraw.from;
