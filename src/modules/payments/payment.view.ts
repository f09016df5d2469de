import type { PaymentDto, RefundDto } from './dto/payment.view.dto';
import type { Payment } from './schemas/payment.schema';
import type { Refund } from './schemas/refund.schema';

/** A payment, for its payer and admins. */
export function paymentView(payment: Payment): PaymentDto {
  const { currency } = payment;
  return {
    id: payment._id.toHexString(),
    status: payment.status,
    seq: payment.seq,
    purpose: payment.purpose,
    subject: { kind: payment.subject.kind, id: payment.subject.id.toHexString() },
    amount: { amountMinor: payment.amountMinor, currency },
    captured: { amountMinor: payment.capturedMinor, currency },
    refunded: { amountMinor: payment.refundedMinor, currency },
    refunding: { amountMinor: payment.refundingMinor, currency },
    provider: payment.provider,
    createdAt: payment.createdAt.toISOString(),
    expiresAt: payment.capturedAt || payment.endedAt ? null : iso(payment.expiresAt),
    capturedAt: iso(payment.capturedAt),
    endedAt: iso(payment.endedAt),
  };
}

export function refundView(refund: Refund): RefundDto {
  return {
    id: refund._id.toHexString(),
    paymentId: refund.payment.toHexString(),
    amount: { amountMinor: refund.amountMinor, currency: refund.currency },
    status: refund.status,
    cause: refund.cause,
    reason: refund.reason,
    createdAt: refund.createdAt.toISOString(),
    settledAt: iso(refund.settledAt),
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
