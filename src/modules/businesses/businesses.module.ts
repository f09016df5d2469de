import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { PaymentsModule } from '../payments/payments.module';
import { ReportsModule } from '../reports/reports.module';
import { SocketsModule } from '../sockets/sockets.module';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module';
import { UsersModule } from '../users/users.module';
import { AdminBusinessesController } from './admin-businesses.controller';
import { BusinessAccess } from './business.access';
import { BusinessAccounts } from './business-accounts';
import { BusinessManagersService } from './business-managers.service';
import { BusinessModerationService } from './business-moderation.service';
import { BusinessReportSubjects } from './business-report-subjects';
import { BusinessSubscriber } from './business-subscriber';
import { BusinessesController } from './businesses.controller';
import { BusinessesQueries } from './businesses.queries';
import { BusinessesService } from './businesses.service';
import { BusinessEvents } from './events/business-events';
import { ManagersController } from './managers.controller';
import { PromotionClicksService } from './promotions/promotion-clicks.service';
import { PromotionCounts } from './promotions/promotion-counts';
import { PromotionPayments } from './promotions/promotion.payments';
import { PromotionsController } from './promotions/promotions.controller';
import { PromotionsService } from './promotions/promotions.service';
import { Business, BusinessSchema } from './schemas/business.schema';
import { PromotionCount, PromotionCountSchema } from './schemas/promotion-count.schema';
import { BusinessPersonalData } from './business.personal-data';

/** Local businesses: what they are, when they are open, and what they promote. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Business.name, schema: BusinessSchema },
      { name: PromotionCount.name, schema: PromotionCountSchema },
    ]),
    AuditModule,
    EventsModule,
    PaymentsModule,
    ReportsModule,
    SocketsModule,
    SubscriptionsModule,
    UsersModule,
  ],
  controllers: [
    BusinessesController,
    ManagersController,
    PromotionsController,
    AdminBusinessesController,
  ],
  providers: [
    BusinessPersonalData,
    BusinessAccess,
    BusinessAccounts,
    BusinessesQueries,
    BusinessesService,
    BusinessEvents,
    BusinessManagersService,
    BusinessModerationService,
    BusinessReportSubjects,
    BusinessSubscriber,
    PromotionClicksService,
    PromotionCounts,
    PromotionPayments,
    PromotionsService,
  ],
})
export class BusinessesModule {}
