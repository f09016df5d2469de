/** What the sandbox calls a payment: the same however often it is asked for. */
export const sandboxId = (paymentId: string): string => `sbx_${paymentId}`;

/** The payment that the sandbox calls so. */
export const paymentIdOf = (sandboxed: string): string => sandboxed.replace(/^sbx_/, '');

/** What the sandbox calls a refund of ours. */
export const sandboxRefundId = (refundId: string): string => `sbr_${refundId}`;
