import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { moveStatus } from '../../../common/state-machine/move-status';
import { Clock } from '../../../common/time/clock';
import { EventLog } from '../../events/event-log';
import type { EventActor } from '../../events/schemas/event.schema';
import { bookingEvent } from './booking-events';
import { bookingMachine, type BookingStatus, type BookingTransition } from './booking.transitions';
import { Booking } from './schemas/booking.schema';

export interface BookingMove {
  id: Types.ObjectId;
  transition: BookingTransition;
  actor: EventActor;
  condition?: Filter<Document>;
  set?: Document;
  because?: string;
}

/** The only writer of a booking's status: one conditional update, and its event, inside the caller's transaction. */
@Injectable()
export class BookingMoves {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** @returns the booking as it was, or null when the move is not open. */
  async move(
    session: ClientSession,
    { id, transition, actor, condition, set, because }: BookingMove,
  ): Promise<Booking | null> {
    const now = this.clock.now();
    const { to } = bookingMachine.transitions[transition];
    const before = await moveStatus(this.bookings, session, bookingMachine, transition, {
      id,
      ...(condition ? { condition } : {}),
      set: { ...set, ...(isEnd(to) ? { open: false, dueAt: null, endedAt: now } : {}) },
    });
    if (!before || to === 'requested') return before;
    await this.events.append(session, [
      bookingEvent({
        booking: before,
        seq: before.seq + 1,
        type: `booking.${to}`,
        actor,
        at: now,
        from: before.status,
        ...(because ? { because } : {}),
      }),
    ]);
    return before;
  }
}

function isEnd(status: BookingStatus): boolean {
  return bookingMachine.terminal.includes(status);
}
