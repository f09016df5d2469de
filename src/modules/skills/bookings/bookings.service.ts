import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Document, Filter } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import { Clock } from '../../../common/time/clock';
import { isOpenThroughout } from '../../../common/time/weekly-hours';
import { EventLog } from '../../events/event-log';
import { SYSTEM } from '../../events/schemas/event.schema';
import { ActiveAccounts } from '../../users/active-accounts';
import { BlockedPeople } from '../../users/blocked-people';
import { frozenPrice } from '../pricing';
import { SkillDirectory } from '../skill.directory';
import { BookingAccess } from './booking.access';
import { bookingEvent } from './booking-events';
import { BookingQuota } from './booking-quota';
import { BookingMoves } from './booking-moves';
import { answerDueAt, bookingTimes, completionDueAt } from './booking.rules';
import { bookingMachine, type BookingTransition } from './booking.transitions';
import type { RequestBookingDto } from './dto/booking.dto';
import { OwnerCalendar } from './owner-calendar';
import { Booking } from './schemas/booking.schema';

/** A move by one of the two people. */
interface PersonalMove {
  transition: BookingTransition;
  as: 'client' | 'owner';
  /** What must be true beside the from-states. */
  condition?: Filter<Document>;
  set?: Document;
  /** Why it is refused although the state would allow it. */
  otherwise: (booking: Booking) => string;
}

/** What the two people of a booking do with it. */
@Injectable()
export class BookingsService {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly skills: SkillDirectory,
    private readonly accounts: ActiveAccounts,
    private readonly blocked: BlockedPeople,
    private readonly access: BookingAccess,
    private readonly moves: BookingMoves,
    private readonly quota: BookingQuota,
    private readonly calendar: OwnerCalendar,
    private readonly events: EventLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks the owner of a listing for a time, outside the availability too: the owner decides. Price and availability are what
   * the listing says now.
   *
   * @throws DomainError VALIDATION_FAILED, NOT_FOUND, FORBIDDEN for one's own listing, CONFLICT for a time at which the owner
   * is taken, and while too many wait for their answer, ACCOUNT_SUSPENDED.
   */
  async request(
    actor: Actor,
    skillId: Types.ObjectId,
    wanted: RequestBookingDto,
  ): Promise<Booking> {
    const { owner } = await this.skills.see(actor, skillId);
    if (owner.equals(actor.id)) {
      throw new DomainError('FORBIDDEN', 'This listing is your own: you cannot book yourself.');
    }
    return this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const times = bookingTimes(wanted.startsAt, wanted.endsAt, now);
        await this.accounts.hold(session, actor.id);
        await this.quota.check(session, actor.id, owner);
        const skill = await this.skills.hold(session, skillId);
        if (await this.blocked.between(actor.id, owner, session)) throw notFound('This listing');
        if (await this.calendar.isTaken(session, owner, times)) throw taken();
        const booking: Booking = {
          _id: new Types.ObjectId(),
          skill: skillId,
          owner,
          client: actor.id,
          status: bookingMachine.initial,
          open: true,
          seq: 1,
          ...times,
          insideAvailability: isOpenThroughout(skill.availability, times.startsAt, times.endsAt),
          note: wanted.note ?? null,
          price: frozenPrice(skill.pricing, times.startsAt, times.endsAt),
          dueAt: answerDueAt(now, times.startsAt),
          reason: null,
          endedBy: null,
          revokedBecause: null,
          createdAt: now,
          acceptedAt: null,
          endedAt: null,
          reviewedAt: null,
          paidBy: null,
          paidAt: null,
        };
        await this.bookings.collection.insertOne(booking, { session });
        await this.events.append(session, [
          bookingEvent({
            booking,
            seq: 1,
            type: 'booking.requested',
            actor: { id: actor.id, role: 'client' },
            at: now,
          }),
        ]);
        return booking;
      },
      { about: skillId.toHexString() },
    );
  }

  /**
   * The owner takes it on, unless they are taken at that time.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION, CONFLICT
   */
  async accept(actor: Actor, id: Types.ObjectId): Promise<void> {
    const { startsAt, endsAt } = await this.access.seeAs(actor, id, 'owner');
    const accepted = await this.transactions.run(
      async (session) => {
        await this.calendar.enter(session, actor.id);
        const now = this.clock.now();
        const before = await this.moves.move(session, {
          id,
          transition: 'accept',
          actor: { id: actor.id, role: 'owner' },
          condition: { owner: actor.id, dueAt: { $gt: now } },
          set: { acceptedAt: now, dueAt: completionDueAt(endsAt) },
        });
        if (!before) return false;
        if (await this.calendar.isTaken(session, actor.id, { startsAt, endsAt }, id)) throw taken();
        return true;
      },
      { about: actor.id.toHexString() },
    );
    if (accepted) return;
    const booking = await this.access.seeAs(actor, id, 'owner');
    const late = 'The time to answer is over: ask the client to book another time.';
    throw notOpen(booking, booking.status === 'requested' ? late : undefined);
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION */
  decline(actor: Actor, id: Types.ObjectId, reason: string | null): Promise<void> {
    return this.moveAs(actor, id, {
      transition: 'decline',
      as: 'owner',
      set: { reason },
      otherwise: () => 'It cannot be declined now.',
    });
  }

  /**
   * The client may change their mind until it is completed. The owner may take back an acceptance until it begins: later a
   * bad review could be escaped so.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for staff, INVALID_TRANSITION
   */
  async cancel(actor: Actor, id: Types.ObjectId, reason: string | null): Promise<void> {
    const { viewer } = await this.access.see(actor, id);
    if (viewer === 'moderator') {
      throw new DomainError(
        'FORBIDDEN',
        'Only the client and the owner of this booking can do this.',
      );
    }
    const asOwner: PersonalMove = {
      transition: 'withdraw',
      as: 'owner',
      condition: { startsAt: { $gt: this.clock.now() } },
      set: { reason },
      otherwise: () => 'It has begun: now the client alone can cancel it.',
    };
    const asClient: PersonalMove = {
      transition: 'cancel',
      as: 'client',
      set: { reason },
      otherwise: () => 'It cannot be cancelled now.',
    };
    await this.moveAs(actor, id, viewer === 'owner' ? asOwner : asClient);
  }

  /**
   * The client says that it took place, once its time is over.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION
   */
  complete(actor: Actor, id: Types.ObjectId): Promise<void> {
    return this.moveAs(actor, id, {
      transition: 'complete',
      as: 'client',
      condition: { endsAt: { $lte: this.clock.now() } },
      otherwise: ({ endsAt }) =>
        `It ends at ${endsAt.toISOString()}: it can be completed from then on.`,
    });
  }

  /**
   * Ends a booking whose time is over: nobody answered, or nobody completed it.
   *
   * @returns false when somebody did meanwhile.
   */
  async expire(id: Types.ObjectId, transition: 'expire' | 'lapse'): Promise<boolean> {
    const condition = { dueAt: { $lte: this.clock.now() } };
    const before = await this.transactions.run(
      (session) => this.moves.move(session, { id, transition, actor: SYSTEM, condition }),
      { about: id.toHexString() },
    );
    return before !== null;
  }

  /** Repeating one's own move changes nothing. */
  private async moveAs(
    actor: Actor,
    id: Types.ObjectId,
    { transition, as, condition = {}, set = {}, otherwise }: PersonalMove,
  ): Promise<void> {
    const moved = await this.transactions.run(
      (session) =>
        this.moves.move(session, {
          id,
          transition,
          actor: { id: actor.id, role: as },
          condition: { ...condition, [as]: actor.id },
          set: { ...set, endedBy: actor.id },
        }),
      { about: id.toHexString() },
    );
    if (moved) return;
    const booking = await this.access.seeAs(actor, id, as);
    const { to, from } = bookingMachine.transitions[transition];
    if (booking.status === to && booking.endedBy?.equals(actor.id)) return;
    const wouldDo = from.includes(booking.status);
    throw notOpen(booking, wouldDo ? otherwise(booking) : undefined);
  }
}

function taken(): DomainError {
  return new DomainError(
    'CONFLICT',
    'The owner has accepted another booking that overlaps with this time. Choose another.',
  );
}

/** 409 for somebody who came too late or too early; says how things stand. */
function notOpen(booking: Booking, sentence?: string): DomainError {
  const { status } = booking;
  return new DomainError('INVALID_TRANSITION', sentence ?? standing(booking), { status });
}

/** How things stand. */
function standing({ status, endedBy, client }: Booking): string {
  switch (status) {
    case 'requested':
      return 'This booking waits for the answer of its owner.';
    case 'accepted':
      return 'This booking is accepted already.';
    case 'declined':
      return 'The owner declined this booking.';
    case 'cancelled':
      if (!endedBy) return 'This booking was cancelled because it cannot take place any more.';
      return `The ${endedBy.equals(client) ? 'client' : 'owner'} cancelled this booking.`;
    case 'completed':
      return 'This booking is completed already.';
    case 'expired':
      return 'This booking has expired: nobody saw to it in time.';
  }
}
