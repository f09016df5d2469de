import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import {
  behindCursor,
  NEWEST,
  type Page,
  sortBy,
  toSortedPage,
} from '../../common/http/pagination';
import type { ListPaymentsQuery } from './dto/list-payments.query';
import type { PaymentDto } from './dto/payment.view.dto';
import { paymentView } from './payment.view';
import type { ProviderName } from './providers/payment-provider';
import { Payment } from './schemas/payment.schema';

/** Reads payments: one's own, and all of them for admins. */
@Injectable()
export class PaymentQueries {
  constructor(@InjectModel(Payment.name) private readonly payments: Model<Payment>) {}

  /** @throws DomainError NOT_FOUND for everybody but the payer and admins. */
  async see(actor: Pick<Actor, 'id' | 'role'>, id: Types.ObjectId): Promise<Payment> {
    const payment = await this.payments.findById(id).lean<Payment>();
    const may = payment && (payment.payer.equals(actor.id) || actor.role === 'admin');
    if (!may) throw notFound('This payment');
    return payment;
  }

  /** By what its provider calls it. */
  async byProviderId(provider: ProviderName, providerId: string): Promise<Payment | null> {
    return this.payments.findOne({ provider, providerId }).lean<Payment>();
  }

  /** @throws DomainError NOT_FOUND */
  async view(actor: Actor, id: Types.ObjectId): Promise<PaymentDto> {
    return paymentView(await this.see(actor, id));
  }

  /** For the sockets of its payer; null for somebody else. */
  async viewFor(person: Types.ObjectId, id: Types.ObjectId): Promise<PaymentDto | null> {
    const payment = await this.payments.findOne({ _id: id, payer: person }).lean<Payment>();
    return payment && paymentView(payment);
  }

  /** What `actor` paid, newest first. @throws DomainError INVALID_CURSOR */
  async list(actor: Actor, { limit, cursor }: ListPaymentsQuery): Promise<Page<PaymentDto>> {
    const rows = await this.payments
      .find({ payer: actor.id, ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Payment[]>();
    return toSortedPage(NEWEST, rows, limit, paymentView);
  }
}
