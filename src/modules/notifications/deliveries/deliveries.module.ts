import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ChannelsModule } from '../channels/channels.module';
import { DirectMailer } from '../direct-mailer';
import { Mailer } from '../mailer';
import { AddressTally, AddressTallySchema } from '../schemas/address-tally.schema';
import { Delivery, DeliverySchema } from '../schemas/delivery.schema';
import { AddressTallies } from './address-tallies';
import { Composers } from './composers';
import { DeliveryMetrics } from './delivery-metrics';
import { DeliveryQueue } from './delivery-queue';
import { DeliveryRecords } from './delivery-records';
import { DeliveryWorker } from './delivery-worker';
import { MailOutbox } from './mail-outbox';

/** Messages to people outside the app: the outbox, its workers, and the channels. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: AddressTally.name, schema: AddressTallySchema },
      { name: Delivery.name, schema: DeliverySchema },
    ]),
    ChannelsModule,
  ],
  providers: [
    AddressTallies,
    Composers,
    DeliveryMetrics,
    DeliveryQueue,
    DeliveryRecords,
    DeliveryWorker,
    MailOutbox,
    { provide: Mailer, useClass: DirectMailer },
  ],
  exports: [
    AddressTallies,
    ChannelsModule,
    Composers,
    DeliveryQueue,
    DeliveryRecords,
    MailOutbox,
    Mailer,
    MongooseModule,
  ],
})
export class DeliveriesModule {}
