import { defineStateMachine } from '../../common/state-machine/state-machine';

export const VERIFICATION_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'withdrawn',
  'expired',
  'revoked',
] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** Who can move a request on: whose it is, staff, or time. */
export type VerificationRole = 'owner' | 'moderator' | 'system';

export type VerificationTransition =
  'approve' | 'reject' | 'withdraw' | 'abandon' | 'expire' | 'revoke' | 'lapse';

export const verificationMachine = defineStateMachine<
  VerificationStatus,
  VerificationTransition,
  VerificationRole
>({
  name: 'verification',
  states: VERIFICATION_STATUSES,
  initial: 'pending',
  terminal: ['rejected', 'withdrawn', 'expired', 'revoked'],
  transitions: {
    approve: { from: ['pending'], to: 'approved', by: ['moderator'] },
    reject: { from: ['pending'], to: 'rejected', by: ['moderator'] },
    withdraw: { from: ['pending'], to: 'withdrawn', by: ['owner'] },
    /** The account was erased before anybody decided. */
    abandon: { from: ['pending'], to: 'withdrawn', by: ['system'] },
    /** What was approved is over at `validUntil`. */
    expire: { from: ['approved'], to: 'expired', by: ['system'] },
    revoke: { from: ['approved'], to: 'revoked', by: ['moderator'] },
    /** The person is not verified any more: by hand, or because the account was erased. */
    lapse: { from: ['approved'], to: 'revoked', by: ['system'] },
  },
});
