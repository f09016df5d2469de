import { defineStateMachine } from '../../common/state-machine/state-machine';

/** Who can move a join request or an invitation on. */
export type EntryRole = 'applicant' | 'invited' | 'moderator' | 'admin' | 'system';

export const JOIN_REQUEST_STATUSES = ['pending', 'approved', 'rejected', 'withdrawn'] as const;
export type JoinRequestStatus = (typeof JOIN_REQUEST_STATUSES)[number];

/** Somebody asks to be let in. */
export const joinRequestMachine = defineStateMachine<
  JoinRequestStatus,
  'approve' | 'reject' | 'withdraw',
  EntryRole
>({
  name: 'join request',
  states: JOIN_REQUEST_STATUSES,
  initial: 'pending',
  terminal: ['approved', 'rejected', 'withdrawn'],
  transitions: {
    approve: { from: ['pending'], to: 'approved', by: ['admin'] },
    reject: { from: ['pending'], to: 'rejected', by: ['admin', 'moderator'] },
    /** By themselves, or because they came in by another way. */
    withdraw: { from: ['pending'], to: 'withdrawn', by: ['applicant', 'system'] },
  },
});

export const INVITATION_STATUSES = ['pending', 'accepted', 'revoked'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

/** Somebody is asked to come in. Whether it has expired is read from the clock, so it is no state. */
export const invitationMachine = defineStateMachine<
  InvitationStatus,
  'accept' | 'revoke',
  EntryRole
>({
  name: 'invitation',
  states: INVITATION_STATUSES,
  initial: 'pending',
  terminal: ['accepted', 'revoked'],
  transitions: {
    accept: { from: ['pending'], to: 'accepted', by: ['invited'] },
    revoke: { from: ['pending'], to: 'revoked', by: ['admin', 'system'] },
  },
});
