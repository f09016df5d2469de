import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonalDelivery } from '../sockets/personal-delivery';
import { BookingQueries } from './bookings/booking.queries';

/** Brings the events of listings and bookings to the people they concern. */
@Injectable()
export class SkillDelivery implements OnModuleInit {
  constructor(
    private readonly delivery: PersonalDelivery,
    private readonly bookings: BookingQueries,
  ) {}

  onModuleInit(): void {
    // The owner's other devices, and the owner whose listing a moderator removed.
    this.delivery.register('skill', ({ data }) => Promise.resolve(data));
    this.delivery.register('booking', ({ subject }, viewer) =>
      this.bookings.viewFor(viewer, subject),
    );
  }
}
