import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { Subscription } from './schemas/subscription.schema';
import { subscriptionView } from './subscription.view';

/** What somebody subscribed to and pays for, for the archive of their data. */
@Injectable()
export class SubscriptionPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Subscription.name) private readonly subscriptions: Model<Subscription>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('subscriptions', (payer) =>
      toldOneByOne(
        this.subscriptions.find({ payer }).lean<Subscription[]>().cursor(),
        (subscription) => subscriptionView(subscription, payer),
      ),
    );
  }
}
