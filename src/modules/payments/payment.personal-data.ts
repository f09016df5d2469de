import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { paymentView } from './payment.view';
import { Payment } from './schemas/payment.schema';

/** What somebody paid, for the archive of their data. */
@Injectable()
export class PaymentPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('payments', (payer) =>
      toldOneByOne(this.payments.find({ payer }).lean<Payment[]>().cursor(), paymentView),
    );
  }
}
