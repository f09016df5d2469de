import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Actor } from '../../../../common/auth/actor';
import { DomainError, notFound } from '../../../../common/errors/domain-error';
import { Clock, later } from '../../../../common/time/clock';
import type { PaymentDto } from '../../dto/payment.view.dto';
import { PaymentIntentsService } from '../../payment-intents.service';
import { PaymentQueries } from '../../payment.queries';
import { SandboxDeliveries } from './sandbox-deliveries';
import { LATE_MS, MAGIC_AMOUNTS, type SandboxOutcome } from './sandbox-outcomes';
import { type SandboxChange, SandboxStore } from './sandbox-store';
import { SandboxProvider } from './sandbox.provider';

type Outcome = SandboxOutcome | 'refund';

const UNSETTLED = { status: { $in: ['pending', 'processing'] } };
const NEVER_PAID = { status: { $ne: 'succeeded' } };

/** What the payer does on their device with a real provider: confirms a payment, with a card that behaves as asked. */
@Injectable()
export class SandboxCards {
  constructor(
    private readonly provider: SandboxProvider,
    private readonly store: SandboxStore,
    private readonly deliveries: SandboxDeliveries,
    private readonly intents: PaymentIntentsService,
    private readonly queries: PaymentQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * The sandbox notes the outcome, and tells our webhook of it.
   *
   * @param outcome by the amount where nothing is said (MAGIC_AMOUNTS).
   * @throws DomainError NOT_FOUND, also for payments of another provider; FORBIDDEN for an admin; INVALID_TRANSITION where the
   * sandbox has settled it otherwise.
   */
  async confirm(actor: Actor, id: Types.ObjectId, outcome?: SandboxOutcome): Promise<PaymentDto> {
    const payment = await this.queries.see(actor, id);
    if (payment.provider !== this.provider.name) throw notFound('This payment');
    if (!payment.payer.equals(actor.id)) {
      throw new DomainError('FORBIDDEN', 'Only who pays can confirm a payment.');
    }
    const providerId = await this.intents.providerIdOf(id);
    const wanted = outcome ?? MAGIC_AMOUNTS.get(payment.amountMinor) ?? 'success';
    const changed = await this.store.change(providerId, this.changeFor(providerId, wanted));
    if (changed) await this.deliveries.deliver(changed);
    else await this.refuseOther(providerId, wanted);
    return this.queries.view(actor, id);
  }

  /** The repeat of an outcome changes nothing. @throws DomainError INVALID_TRANSITION for another one. */
  private async refuseOther(providerId: string, wanted: Outcome): Promise<void> {
    const status = (await this.store.find(providerId))?.status;
    const repeated = wanted === 'decline' ? status === 'failed' : status === 'succeeded';
    if (repeated && wanted !== 'requires_action') return;
    throw new DomainError('INVALID_TRANSITION', 'The sandbox has settled this payment otherwise.', {
      status,
    });
  }

  private changeFor(providerId: string, outcome: Outcome): SandboxChange {
    const succeeded = this.provider.event(providerId, 'succeeded', {});
    const failed = this.provider.event(providerId, 'failed', {});
    const afterwards = later(this.clock.now(), LATE_MS);
    switch (outcome) {
      case 'success':
        return { condition: UNSETTLED, set: { status: 'succeeded' }, tell: [succeeded] };
      case 'decline':
        return { condition: UNSETTLED, set: { status: 'failed' }, tell: [failed] };
      // The bank asks the payer something first: nothing is decided, and it is confirmed again. Such a card asks at every
      // charge, so a renewal by it fails.
      case 'requires_action':
        return { condition: UNSETTLED, set: { asks: true }, tell: [] };
      // First it fails, unless it has ended before, and then the money comes all the same.
      case 'late_success':
        return {
          condition: NEVER_PAID,
          set: { status: 'succeeded' },
          tell: [failed, { ...succeeded, nextAt: afterwards }],
        };
      case 'refund': {
        const all = { $add: ['$amountMinor', 0] };
        const refunded = this.provider.event(providerId, 'refunded', {}, 'desk');
        return {
          condition: UNSETTLED,
          set: { status: 'succeeded', refundedMinor: all },
          tell: [succeeded, { ...refunded, nextAt: afterwards }],
        };
      }
    }
  }
}
