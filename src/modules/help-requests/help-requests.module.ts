import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { PaymentsModule } from '../payments/payments.module';
import { ReportsModule } from '../reports/reports.module';
import { SocketsModule } from '../sockets/sockets.module';
import { TrustModule } from '../trust/trust.module';
import { UsersModule } from '../users/users.module';
import { HelpDepartures } from './help-departures.service';
import { HelpOfferReplay } from './help-offer.replay';
import { HelpOffersController } from './help-offers.controller';
import { HelpOffersService } from './help-offers.service';
import { HelpProgressController } from './help-progress.controller';
import { HelpProgressService } from './help-progress.service';
import { HelpRatingsService } from './help-ratings.service';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestDelivery } from './help-request.delivery';
import { HelpRequestMoves } from './help-request.moves';
import { HelpRequestOwners } from './help-request.owners';
import { HelpRequestPayments } from './help-request.payments';
import { HelpRequestQueries } from './help-request.queries';
import { HelpRequestReports } from './help-request.reports';
import { HelpRequestSweeper } from './help-request.sweeper';
import { HelpRequestTimeline } from './help-request.timeline';
import { HelpRequestsController } from './help-requests.controller';
import { HelpRequestsService } from './help-requests.service';
import { HelpThreadService } from './help-thread.service';
import { HelpMessage, HelpMessageSchema } from './schemas/help-message.schema';
import { HelpOffer, HelpOfferSchema } from './schemas/help-offer.schema';
import { HelpRating, HelpRatingSchema } from './schemas/help-rating.schema';
import { HelpRequest, HelpRequestSchema } from './schemas/help-request.schema';
import { HelpMessageRetention } from './help-message-retention';
import { HelpRequestPersonalData } from './help-request.personal-data';

/** Help that is not urgent, from the question to the ratings. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: HelpRequest.name, schema: HelpRequestSchema },
      { name: HelpOffer.name, schema: HelpOfferSchema },
      { name: HelpMessage.name, schema: HelpMessageSchema },
      { name: HelpRating.name, schema: HelpRatingSchema },
    ]),
    AuditModule,
    EventsModule,
    PaymentsModule,
    ReportsModule,
    SocketsModule,
    TrustModule,
    UsersModule,
  ],
  // `help-requests/offers` before `help-requests/:id`
  controllers: [HelpOffersController, HelpProgressController, HelpRequestsController],
  providers: [
    HelpMessageRetention,
    HelpRequestPersonalData,
    HelpDepartures,
    HelpOfferReplay,
    HelpOffersService,
    HelpProgressService,
    HelpRatingsService,
    HelpRequestAccess,
    HelpRequestDelivery,
    HelpRequestMoves,
    HelpRequestOwners,
    HelpRequestPayments,
    HelpRequestQueries,
    HelpRequestReports,
    HelpRequestSweeper,
    HelpRequestTimeline,
    HelpRequestsService,
    HelpThreadService,
  ],
})
export class HelpRequestsModule {}
