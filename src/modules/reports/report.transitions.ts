import { defineStateMachine } from '../../common/state-machine/state-machine';
import { MINUTE } from '../../common/time/clock';

/** `open`: it waits for somebody. `claimed`: a moderator has it for a while. Then it is decided: `dismissed` or `upheld`. */
export const REPORT_STATUSES = ['open', 'claimed', 'dismissed', 'upheld'] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** Those that are not decided. */
export const PENDING: readonly ReportStatus[] = ['open', 'claimed'];

export type ReportTransition =
  'claim' | 'release' | 'dismiss' | 'uphold' | 'dismissAlong' | 'upholdAlong';

/** How long a moderator has a report to themselves. Claiming it again makes it as long once more. */
export const CLAIM_MS = 30 * MINUTE;

/** A report on its way. `…Along`: another report of the same thing was decided, and this one with it. */
export const reportMachine = defineStateMachine<
  ReportStatus,
  ReportTransition,
  'moderator' | 'system'
>({
  name: 'report',
  states: REPORT_STATUSES,
  initial: 'open',
  terminal: ['dismissed', 'upheld'],
  transitions: {
    claim: { from: ['open', 'claimed'], to: 'claimed', by: ['moderator'] },
    release: { from: ['claimed'], to: 'open', by: ['system'] },
    dismiss: { from: ['claimed'], to: 'dismissed', by: ['moderator'] },
    uphold: { from: ['claimed'], to: 'upheld', by: ['moderator'] },
    dismissAlong: { from: ['open', 'claimed'], to: 'dismissed', by: ['moderator'] },
    upholdAlong: { from: ['open', 'claimed'], to: 'upheld', by: ['moderator'] },
  },
});
