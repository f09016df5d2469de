import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import {
  NEWEST,
  behindCursor,
  type Page,
  type PageQuery,
  sortBy,
  toSortedPage,
} from '../../../common/http/pagination';
import { Clock, later } from '../../../common/time/clock';
import { EventLog } from '../../events/event-log';
import { TrustLedger } from '../../trust/trust-ledger';
import { ActiveAccounts } from '../../users/active-accounts';
import { BlockedPeople } from '../../users/blocked-people';
import { UsersService } from '../../users/users.service';
import { BookingAccess } from '../bookings/booking.access';
import { bookingEvent } from '../bookings/booking-events';
import { REVIEW_MS } from '../bookings/booking.rules';
import type { ReviewBookingDto } from '../bookings/dto/booking.dto';
import { Booking } from '../bookings/schemas/booking.schema';
import { SkillDirectory } from '../skill.directory';
import type { ReviewDto } from './dto/review.dto';
import { reviewView } from './review.view';
import { Review } from './schemas/review.schema';

/** What clients say of completed bookings, and the rating that comes of it. */
@Injectable()
export class ReviewsService {
  constructor(
    @InjectModel(Review.name) private readonly reviews: Model<Review>,
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly access: BookingAccess,
    private readonly skills: SkillDirectory,
    private readonly users: UsersService,
    private readonly accounts: ActiveAccounts,
    private readonly blocked: BlockedPeople,
    private readonly events: EventLog,
    private readonly trust: TrustLedger,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Once, within 14 days of the completion. Review, rating of the listing and event stand or fall together.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION before the completion, CONFLICT for a second one or too late.
   */
  async write(
    actor: Actor,
    id: Types.ObjectId,
    { rating, text }: ReviewBookingDto,
  ): Promise<ReviewDto> {
    const { skill, owner } = await this.access.seeAs(actor, id, 'client');
    const review = await this.transactions.run(
      async (session) => {
        // An erasure takes the words that stand: none may come behind it.
        await this.accounts.hold(session, actor.id);
        const booking = await this.markReviewed(session, actor, id);
        if (!booking) return null;
        const written: Review = {
          _id: new Types.ObjectId(),
          booking: id,
          skill,
          author: actor.id,
          rating,
          text: text ?? null,
          createdAt: this.clock.now(),
        };
        await this.reviews.collection.insertOne(written, { session });
        await this.skills.rate(session, skill, rating);
        await this.trust.bookingReviewed(session, {
          helper: booking.owner,
          by: actor.id,
          booking: id,
          rating,
        });
        await this.events.append(session, [
          bookingEvent({
            booking,
            seq: booking.seq,
            type: 'booking.reviewed',
            actor: { id: actor.id, role: 'client' },
            at: written.createdAt,
          }),
        ]);
        return written;
      },
      // They all change the rating of the listing and the trust in its owner.
      { about: owner.toHexString() },
    );
    if (!review) throw refusal(await this.access.seeAs(actor, id, 'client'));
    return reviewView(review, await this.users.publicNames([actor.id]));
  }

  /**
   * Of a listing, newest first; without those of people with whom a block stands.
   *
   * @throws DomainError NOT_FOUND for a listing that `actor` may not see, INVALID_CURSOR
   */
  async page(
    actor: Actor,
    id: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<ReviewDto>> {
    await this.skills.see(actor, id);
    const rows = await this.reviews
      .find({
        skill: id,
        author: { $nin: await this.blocked.around(actor.id) },
        ...behindCursor(NEWEST, cursor),
      })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Review[]>();
    const people = await this.users.publicNames(rows.map(({ author }) => author));
    return toSortedPage(NEWEST, rows, limit, (review) => reviewView(review, people));
  }

  /** @throws DomainError NOT_FOUND where `actor` may not read it. */
  async see(actor: Actor, id: Types.ObjectId): Promise<Review> {
    const review = await this.reviews.findById(id).lean<Review>();
    if (!review || (await this.blocked.between(actor.id, review.author))) {
      throw notFound('This review');
    }
    await this.skills.see(actor, review.skill);
    return review;
  }

  /**
   * Inside the transaction of a decision: the review goes, and its stars with it. The booking stays reviewed.
   *
   * @returns false where there is none.
   */
  async remove(session: ClientSession, id: Types.ObjectId): Promise<boolean> {
    const review = await this.reviews.collection.findOneAndDelete({ _id: id }, { session });
    if (!review) return false;
    const { skill, rating } = review as Review;
    await this.skills.unrate(session, skill, rating);
    return true;
  }

  /** @returns the booking after it, or null where it cannot be reviewed (any more). */
  private async markReviewed(
    session: ClientSession,
    actor: Actor,
    id: Types.ObjectId,
  ): Promise<Booking | null> {
    const now = this.clock.now();
    const marked = await this.bookings.collection.findOneAndUpdate(
      {
        _id: id,
        client: actor.id,
        status: 'completed',
        reviewedAt: null,
        endedAt: { $gt: later(now, -REVIEW_MS) },
      },
      { $set: { reviewedAt: now }, $inc: { seq: 1 } },
      { session, returnDocument: 'after' },
    );
    return marked as Booking | null;
  }
}

function refusal({ status, reviewedAt }: Booking): DomainError {
  if (status !== 'completed') {
    return new DomainError(
      'INVALID_TRANSITION',
      `The booking is ${status}: only a completed one can be reviewed.`,
      { status },
    );
  }
  return reviewedAt
    ? new DomainError('CONFLICT', 'You have reviewed this booking. There is one review for each.')
    : new DomainError('CONFLICT', 'A review can be written for 14 days after the completion only.');
}
