import { defineStateMachine } from '../../../common/state-machine/state-machine';

export const BOOKING_STATUSES = [
  'requested',
  'accepted',
  'completed',
  'declined',
  'cancelled',
  'expired',
] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** Who can move a booking on. */
export type BookingRole = 'client' | 'owner' | 'system';

export type BookingTransition =
  'accept' | 'decline' | 'cancel' | 'withdraw' | 'complete' | 'expire' | 'lapse' | 'revoke';

export const bookingMachine = defineStateMachine<BookingStatus, BookingTransition, BookingRole>({
  name: 'booking',
  states: BOOKING_STATUSES,
  initial: 'requested',
  terminal: ['completed', 'declined', 'cancelled', 'expired'],
  transitions: {
    accept: { from: ['requested'], to: 'accepted', by: ['owner'] },
    decline: { from: ['requested'], to: 'declined', by: ['owner'] },
    /** The client does not want it any more. */
    cancel: { from: ['requested', 'accepted'], to: 'cancelled', by: ['client'] },
    /** The owner cannot keep what they accepted. */
    withdraw: { from: ['accepted'], to: 'cancelled', by: ['owner'] },
    complete: { from: ['accepted'], to: 'completed', by: ['client'] },
    /** Nobody answered in time. */
    expire: { from: ['requested'], to: 'expired', by: ['system'] },
    /** It was accepted, and the client never said that it had happened. */
    lapse: { from: ['accepted'], to: 'expired', by: ['system'] },
    /** What it stood on is gone: a block, a suspension, an erased account, a removed listing. */
    revoke: { from: ['requested', 'accepted'], to: 'cancelled', by: ['system'] },
  },
});

/** What can still change. */
export const OPEN_BOOKINGS = bookingMachine.states.filter(
  (status) => !bookingMachine.terminal.includes(status),
);
