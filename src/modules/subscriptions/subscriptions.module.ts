import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventsModule } from '../events/events.module';
import { PaymentsModule } from '../payments/payments.module';
import { SocketsModule } from '../sockets/sockets.module';
import { UsersModule } from '../users/users.module';
import { Subscription, SubscriptionSchema } from './schemas/subscription.schema';
import { SubscriptionAnswers } from './subscription-answers';
import { SubscriptionBills } from './subscription-bills';
import { SubscriptionCalls } from './subscription-calls.service';
import { SubscriptionCompletion } from './subscription-completion';
import { SubscriptionLifecycle } from './subscription-lifecycle';
import { SubscriptionMoves } from './subscription-moves';
import { SubscriptionNews } from './subscription-news';
import { SubscriptionPersonalData } from './subscription.personal-data';
import { SubscriptionQueries } from './subscription.queries';
import { SubscriptionSubjects } from './subscription-subjects';
import { SubscriptionSweeper } from './subscription.sweeper';
import { SubscriptionsController } from './subscriptions.controller';
import { SubscriptionsService } from './subscriptions.service';

/** What organizations and businesses subscribe to, and the tiers that they have by it. */
@Module({
  imports: [
    MongooseModule.forFeature([{ name: Subscription.name, schema: SubscriptionSchema }]),
    EventsModule,
    PaymentsModule,
    SocketsModule,
    UsersModule,
  ],
  controllers: [SubscriptionsController],
  providers: [
    SubscriptionAnswers,
    SubscriptionBills,
    SubscriptionCalls,
    SubscriptionCompletion,
    SubscriptionLifecycle,
    SubscriptionMoves,
    SubscriptionNews,
    SubscriptionPersonalData,
    SubscriptionQueries,
    SubscriptionSubjects,
    SubscriptionSweeper,
    SubscriptionsService,
  ],
  exports: [SubscriptionLifecycle, SubscriptionSubjects],
})
export class SubscriptionsModule {}
