import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { type Standing, UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { BookingRevocation } from './bookings/booking-revocation';
import { Booking } from './bookings/schemas/booking.schema';
import { skillEvent } from './events/skill-events';
import { Review } from './reviews/schemas/review.schema';
import { Skill } from './schemas/skill.schema';

/** What takes the place of the title that an erased account gave. */
const ERASED_TITLE = 'Deleted listing';

/** What becomes of listings and bookings when their people block each other, are suspended, or go. */
@Injectable()
export class SkillLifecycle implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Skill.name) private readonly skills: Model<Skill>,
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    @InjectModel(Review.name) private readonly reviews: Model<Review>,
    private readonly revocation: BookingRevocation,
    private readonly events: EventLog,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  onBlocked(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    return this.revocation.between(blocker, blocked);
  }

  /** What is cancelled stays so; the listings come back with the account. */
  async onStandingChanged(user: Types.ObjectId, standing: Standing): Promise<void> {
    await this.transactions.run(async (session) => {
      const ownerHidden = standing === 'suspended';
      await this.skills.collection.updateMany(
        { owner: user },
        { $set: { ownerHidden } },
        { session },
      );
      if (ownerHidden) await this.revocation.ofPerson(user, 'suspended');
    });
  }

  /** Listings go with all that they say; bookings stay without this person's words, and reviews as a rating alone. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      await this.revocation.ofPerson(user, 'erased');
      await this.removeListings(session, user);
      await this.bookings.collection.updateMany(
        { client: user },
        { $set: { note: null } },
        { session },
      );
      await this.reviews.collection.updateMany(
        { author: user },
        { $set: { text: null } },
        { session },
      );
      for (const role of ['client', 'owner']) {
        await this.bookings.collection.updateMany(
          { [role]: user, endedBy: user },
          { $set: { reason: null } },
          { session },
        );
      }
    });
  }

  private async removeListings(session: ClientSession, owner: Types.ObjectId): Promise<void> {
    const now = this.clock.now();
    const shown = await this.skills.collection
      .find({ owner, removed: false }, { session, projection: { seq: 1 } })
      .toArray();
    await this.skills.collection.updateMany(
      { owner, removed: false },
      { $set: { removed: true, removedBy: owner, updatedAt: now }, $inc: { seq: 1 } },
      { session },
    );
    await this.skills.collection.updateMany(
      { owner },
      {
        $set: { title: ERASED_TITLE, description: '', tags: [], location: null, cell: null },
      },
      { session },
    );
    await this.events.append(
      session,
      shown.map(({ _id, seq }) =>
        skillEvent({
          skill: _id,
          owner,
          seq: Number(seq) + 1,
          type: 'skill.removed',
          actor: { id: owner, role: 'owner' },
          at: now,
          data: {},
        }),
      ),
    );
  }
}
