import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonalDelivery } from '../sockets/personal-delivery';
import { PaymentQueries } from './payment.queries';

/** Brings what becomes of payments to their payers. */
@Injectable()
export class PaymentDelivery implements OnModuleInit {
  constructor(
    private readonly delivery: PersonalDelivery,
    private readonly queries: PaymentQueries,
  ) {}

  onModuleInit(): void {
    this.delivery.register('payment', ({ subject }, viewer) =>
      this.queries.viewFor(viewer, subject),
    );
  }
}
