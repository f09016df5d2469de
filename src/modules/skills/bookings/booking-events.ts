import type { NewEvent } from '../../events/event-log';
import type { EventActor } from '../../events/schemas/event.schema';
import type { BookingStatus } from './booking.transitions';
import type { Booking } from './schemas/booking.schema';

export type BookingEventType =
  'booking.requested' | `booking.${Exclude<BookingStatus, 'requested'>}` | 'booking.reviewed';

interface EventInput {
  /** The booking as it was before. */
  booking: Pick<Booking, '_id' | 'owner' | 'client' | 'skill'>;
  seq: number;
  type: BookingEventType;
  actor: EventActor;
  at: Date;
  from?: BookingStatus;
  because?: string;
}

/** An event of a booking, for its two people: ids and states alone. */
export function bookingEvent({ booking, from, because, ...event }: EventInput): NewEvent {
  return {
    ...event,
    kind: 'booking',
    subject: booking._id,
    audience: { room: false, users: [booking.client, booking.owner] },
    data: {
      skill: booking.skill,
      ...(from ? { from } : {}),
      ...(because ? { because } : {}),
    },
  };
}
