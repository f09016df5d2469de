import { defineStateMachine } from '../../common/state-machine/state-machine';

export const EMERGENCY_STATUSES = [
  'active',
  'responding',
  'resolved',
  'cancelled',
  'expired',
] as const;
export type EmergencyStatus = (typeof EMERGENCY_STATUSES)[number];

/** Who can move an emergency on. */
export type EmergencyRole = 'requester' | 'helper' | 'moderator' | 'system';

export type EmergencyTransition =
  'respond' | 'reopen' | 'resolve' | 'completeUnopposed' | 'cancel' | 'expire';

export const emergencyMachine = defineStateMachine<
  EmergencyStatus,
  EmergencyTransition,
  EmergencyRole
>({
  name: 'emergency',
  states: EMERGENCY_STATUSES,
  initial: 'active',
  terminal: ['resolved', 'cancelled', 'expired'],
  transitions: {
    /** The first helper accepts. */
    respond: { from: ['active'], to: 'responding', by: ['helper'] },
    /** Nobody is coming any more: dispatch starts again. */
    reopen: { from: ['responding'], to: 'active', by: ['helper', 'requester', 'system'] },
    resolve: { from: ['active', 'responding'], to: 'resolved', by: ['requester', 'moderator'] },
    /** Every responder left says completed, and the requester did not object in time. */
    completeUnopposed: { from: ['responding'], to: 'resolved', by: ['system'] },
    /** A false alarm. */
    cancel: { from: ['active', 'responding'], to: 'cancelled', by: ['requester'] },
    /** No sign of life until `expiresAt`. */
    expire: { from: ['active', 'responding'], to: 'expired', by: ['system'] },
  },
});

export const LIVE_STATUSES = emergencyMachine.states.filter(
  (status) => !emergencyMachine.terminal.includes(status),
);

export const RESPONSE_STATUSES = [
  'accepted',
  'on_way',
  'arrived',
  'completed',
  'withdrawn',
] as const;
export type ResponseStatus = (typeof RESPONSE_STATUSES)[number];

export type ResponseTransition = 'acceptAgain' | 'setOut' | 'arrive' | 'complete' | 'withdraw';

export const responseMachine = defineStateMachine<
  ResponseStatus,
  ResponseTransition,
  EmergencyRole
>({
  name: 'response',
  states: RESPONSE_STATUSES,
  initial: 'accepted',
  terminal: ['completed'],
  transitions: {
    acceptAgain: { from: ['withdrawn'], to: 'accepted', by: ['helper'] },
    setOut: { from: ['accepted'], to: 'on_way', by: ['helper'] },
    arrive: { from: ['on_way'], to: 'arrived', by: ['helper'] },
    complete: { from: ['arrived'], to: 'completed', by: ['helper'] },
    /** By the helper, or by force: sent away, blocked, suspended. */
    withdraw: {
      from: ['accepted', 'on_way', 'arrived'],
      to: 'withdrawn',
      by: ['helper', 'requester', 'system'],
    },
  },
});

/** Responses of people who are still coming or there. */
export const UNDER_WAY: readonly ResponseStatus[] = responseMachine.transitions.withdraw.from;
/** Responses that make their helper a participant. */
export const PARTICIPATING: readonly ResponseStatus[] = [...UNDER_WAY, 'completed'];
