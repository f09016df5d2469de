import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { moveStatus } from '../../../common/state-machine/move-status';
import { Clock } from '../../../common/time/clock';
import { EventLog } from '../../events/event-log';
import { RefundRequests } from '../../payments/refunds/refund-requests';
import { type EventActor, SYSTEM } from '../../events/schemas/event.schema';
import { bookingEvent } from './booking-events';
import { bookingMachine, type BookingStatus, type BookingTransition } from './booking.transitions';
import { Booking, type RevocationReason } from './schemas/booking.schema';

export interface BookingMove {
  id: Types.ObjectId;
  transition: BookingTransition;
  actor: EventActor;
  condition?: Filter<Document>;
  set?: Document;
}

/** The only writer of a booking's status, with its event, inside the caller's transaction. */
@Injectable()
export class BookingMoves {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly events: EventLog,
    private readonly refunds: RefundRequests,
    private readonly clock: Clock,
  ) {}

  /** One conditional update. @returns the booking as it was, or null when the move is not open. */
  async move(
    session: ClientSession,
    { id, transition, actor, condition, set }: BookingMove,
  ): Promise<Booking | null> {
    const now = this.clock.now();
    const { to } = bookingMachine.transitions[transition];
    const before = await moveStatus(this.bookings, session, bookingMachine, transition, {
      id,
      ...(condition ? { condition } : {}),
      set: { ...set, ...ended(to, now) },
    });
    if (!before || to === 'requested') return before;
    if (to === 'cancelled' && (actor.role !== 'client' || now < before.startsAt)) {
      await this.giveBack(session, before);
    }
    await this.events.append(session, [
      bookingEvent({
        booking: before,
        seq: before.seq + 1,
        type: `booking.${to}`,
        actor,
        at: now,
        from: before.status,
      }),
    ]);
    return before;
  }

  /**
   * The system cancels all that is open of what a filter finds. As many statements for a thousand bookings as for one. The
   * threat: whoever is asked for thousands could neither be suspended nor delete their account, as the transaction would take
   * longer than it may.
   */
  async revokeAll(
    session: ClientSession,
    filter: Filter<Document>,
    because: RevocationReason,
  ): Promise<void> {
    const at = this.clock.now();
    const { from, to } = bookingMachine.transitions.revoke;
    const open = { ...filter, open: true, status: { $in: [...from] } };
    const bookings = await this.bookings.collection.find<Booking>(open, { session }).toArray();
    if (bookings.length === 0) return;
    // What the transaction has read is what it changes: had somebody changed it meanwhile, all of it would run again.
    await this.bookings.collection.updateMany(
      { _id: { $in: bookings.map(({ _id }) => _id) } },
      { $set: { status: to, revokedBecause: because, ...ended(to, at) }, $inc: { seq: 1 } },
      { session },
    );
    await this.events.append(
      session,
      bookings.map((booking) =>
        bookingEvent({
          booking,
          seq: booking.seq + 1,
          type: 'booking.cancelled',
          actor: SYSTEM,
          at,
          from: booking.status,
          because,
        }),
      ),
    );
    for (const booking of bookings) await this.giveBack(session, booking);
  }

  /**
   * What was paid for a booking that does not take place goes back by itself. Once it has begun and the client cancels it, the
   * two may see it differently: then an admin decides.
   */
  private async giveBack(session: ClientSession, { paidBy }: Booking): Promise<void> {
    if (paidBy) await this.refunds.returnAll(session, paidBy);
  }
}

/** What an end changes beside the status. */
function ended(status: BookingStatus, at: Date): Document {
  const isEnd = bookingMachine.terminal.includes(status);
  return isEnd ? { open: false, dueAt: null, endedAt: at } : {};
}
