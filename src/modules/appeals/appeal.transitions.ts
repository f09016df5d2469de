import { defineStateMachine } from '../../common/state-machine/state-machine';

/** `upheld`: the decision stands. `overturned`: it does not, and what it did was taken back. */
export const APPEAL_STATUSES = ['open', 'upheld', 'overturned'] as const;
export type AppealStatus = (typeof APPEAL_STATUSES)[number];

export const APPEAL_OUTCOMES = ['uphold', 'overturn'] as const;
export type AppealOutcome = (typeof APPEAL_OUTCOMES)[number];

export const appealMachine = defineStateMachine<AppealStatus, AppealOutcome, 'moderator'>({
  name: 'appeal',
  states: APPEAL_STATUSES,
  initial: 'open',
  terminal: ['upheld', 'overturned'],
  transitions: {
    uphold: { from: ['open'], to: 'upheld', by: ['moderator'] },
    overturn: { from: ['open'], to: 'overturned', by: ['moderator'] },
  },
});
