import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { PaymentsModule } from '../payments/payments.module';
import { ReportsModule } from '../reports/reports.module';
import { SocketsModule } from '../sockets/sockets.module';
import { TrustModule } from '../trust/trust.module';
import { UsersModule } from '../users/users.module';
import { BookingAccess } from './bookings/booking.access';
import { BookingMoves } from './bookings/booking-moves';
import { BookingPayments } from './bookings/booking.payments';
import { BookingQuota } from './bookings/booking-quota';
import { BookingQueries } from './bookings/booking.queries';
import { BookingRevocation } from './bookings/booking-revocation';
import { BookingSweeper } from './bookings/booking.sweeper';
import { BookingsController } from './bookings/bookings.controller';
import { BookingNotes } from './bookings/booking-notes';
import { BookingsService } from './bookings/bookings.service';
import { OwnerCalendar } from './bookings/owner-calendar';
import { Booking, BookingSchema } from './bookings/schemas/booking.schema';
import { Calendar, CalendarSchema } from './bookings/schemas/calendar.schema';
import { ReviewsService } from './reviews/reviews.service';
import { Review, ReviewSchema } from './reviews/schemas/review.schema';
import { Skill, SkillSchema } from './schemas/skill.schema';
import { SkillBookingsController } from './skill-bookings.controller';
import { SkillDelivery } from './skill.delivery';
import { SkillDirectory } from './skill.directory';
import { SkillLifecycle } from './skill.lifecycle';
import { SkillQueries } from './skill.queries';
import { SkillReports } from './skill.reports';
import { SkillSearch } from './skill.search';
import { SkillsController } from './skills.controller';
import { SkillsService } from './skills.service';
import { SkillPersonalData } from './skill.personal-data';

/** The marketplace of individuals: what they offer, when they are booked, and what others say of it. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Skill.name, schema: SkillSchema },
      { name: Booking.name, schema: BookingSchema },
      { name: Calendar.name, schema: CalendarSchema },
      { name: Review.name, schema: ReviewSchema },
    ]),
    AuditModule,
    EventsModule,
    PaymentsModule,
    ReportsModule,
    SocketsModule,
    TrustModule,
    UsersModule,
  ],
  controllers: [SkillsController, SkillBookingsController, BookingsController],
  providers: [
    SkillPersonalData,
    BookingAccess,
    BookingMoves,
    BookingPayments,
    BookingQueries,
    BookingQuota,
    BookingRevocation,
    BookingSweeper,
    BookingNotes,
    BookingsService,
    OwnerCalendar,
    ReviewsService,
    SkillDelivery,
    SkillDirectory,
    SkillLifecycle,
    SkillQueries,
    SkillReports,
    SkillSearch,
    SkillsService,
  ],
})
export class SkillsModule {}
