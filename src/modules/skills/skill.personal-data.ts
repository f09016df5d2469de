import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { Booking } from './bookings/schemas/booking.schema';
import { Review } from './reviews/schemas/review.schema';
import { Skill } from './schemas/skill.schema';

/** What somebody listed, booked and reviewed, for the archive of their data. */
@Injectable()
export class SkillPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Skill.name) private readonly skills: Model<Skill>,
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    @InjectModel(Review.name) private readonly reviews: Model<Review>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('skills', (owner) =>
      toldOneByOne(this.skills.find({ owner }).lean<Skill[]>().cursor(), listed),
    );
    this.data.register('bookings', (user) => this.booked(user));
    this.data.register('reviews', (author) =>
      toldOneByOne(this.reviews.find({ author }).lean<Review[]>().cursor(), (review) => ({
        id: review._id,
        bookingId: review.booking,
        rating: review.rating,
        text: review.text,
        createdAt: review.createdAt,
      })),
    );
  }

  /** Of both sides: each by its index. */
  private async *booked(user: Types.ObjectId): AsyncGenerator<object> {
    for (const role of ['client', 'owner'] as const) {
      const rows = this.bookings
        .find({ [role]: user })
        .lean<Booking[]>()
        .cursor();
      yield* toldOneByOne(rows, (booking) => bookingOf(booking, user, role));
    }
  }
}

function listed(skill: Skill): object {
  return {
    id: skill._id,
    status: skill.status,
    removed: skill.removed,
    title: skill.title,
    category: skill.category,
    description: skill.description,
    tags: skill.tags,
    pricing: skill.pricing,
    availability: skill.availability,
    location: skill.location && toPlace(skill.location),
    serviceRadiusMeters: skill.serviceRadiusMeters,
    rating: { count: skill.ratingCount, average: skill.rating },
    createdAt: skill.createdAt,
    updatedAt: skill.updatedAt,
  };
}

/** The note is the client's, the reason that of whoever ended it. */
function bookingOf(booking: Booking, user: Types.ObjectId, as: 'client' | 'owner'): object {
  return {
    id: booking._id,
    skillId: booking.skill,
    as,
    status: booking.status,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    price: booking.price,
    note: as === 'client' ? booking.note : null,
    reason: booking.endedBy?.equals(user) ? booking.reason : null,
    createdAt: booking.createdAt,
    acceptedAt: booking.acceptedAt,
    endedAt: booking.endedAt,
  };
}
