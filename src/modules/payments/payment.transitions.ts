import { defineStateMachine } from '../../common/state-machine/state-machine';

export const PAYMENT_STATUSES = [
  'pending',
  'processing',
  'succeeded',
  'partially_refunded',
  'refunded',
  'failed',
  'cancelled',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** The provider says what became of the money, whoever asked for it. */
export type PaymentRole = 'provider';

export type PaymentTransition =
  'process' | 'succeed' | 'fail' | 'cancel' | 'refundPart' | 'refundAll';

export const paymentMachine = defineStateMachine<PaymentStatus, PaymentTransition, PaymentRole>({
  name: 'payment',
  states: PAYMENT_STATUSES,
  initial: 'pending',
  terminal: ['refunded', 'failed', 'cancelled'],
  transitions: {
    /** The payer has done their part, and the money is on its way. */
    process: { from: ['pending'], to: 'processing', by: ['provider'] },
    succeed: { from: ['pending', 'processing'], to: 'succeeded', by: ['provider'] },
    fail: { from: ['pending', 'processing'], to: 'failed', by: ['provider'] },
    cancel: { from: ['pending', 'processing'], to: 'cancelled', by: ['provider'] },
    refundPart: {
      from: ['succeeded', 'partially_refunded'],
      to: 'partially_refunded',
      by: ['provider'],
    },
    refundAll: { from: ['succeeded', 'partially_refunded'], to: 'refunded', by: ['provider'] },
  },
});

/** What can still come to something. */
export const UNFINISHED: readonly PaymentStatus[] = paymentMachine.transitions.succeed.from;

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];
