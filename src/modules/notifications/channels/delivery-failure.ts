import type { SendResult } from './channel';

/**
 * - `retry`: the same message may be taken another time (the other side is away, busy, or wrongly configured here).
 * - `rejected`: it never will be.
 * - `gone`: nor will any other message to that address; it is to be forgotten.
 */
export type FailureKind = Exclude<SendResult['status'], 'sent'>;

/** A message that was not taken. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';

  /**
   * @param reason a short code (`timeout`, `http_503`). It is stored and logged, so it never holds an address or a text.
   * @param afterSeconds how long the other side wants to be left alone.
   */
  constructor(
    readonly kind: FailureKind,
    readonly reason: string,
    readonly afterSeconds?: number,
  ) {
    super(`The message was not taken: ${reason}`);
  }
}

/** Sends, and says what came of it. */
export async function attempt(send: () => Promise<void>): Promise<SendResult> {
  try {
    await send();
    return { status: 'sent' };
  } catch (error) {
    if (!(error instanceof DeliveryFailure)) throw error;
    const { kind, reason, afterSeconds } = error;
    return kind === 'retry' && afterSeconds !== undefined
      ? { status: kind, reason, afterSeconds }
      : { status: kind, reason };
  }
}

/** How an answer over HTTP that is no success is to be taken. */
export function failureOfAnswer(
  status: number,
  retryAfter: string | null | undefined,
  now: Date,
): DeliveryFailure {
  // 401 and 403: our credentials are wrong, which is no fault of the message; a redirect is not what we were told to expect.
  const retry = status >= 500 || status < 400 || [401, 403, 408, 425, 429].includes(status);
  return retry
    ? new DeliveryFailure('retry', `http_${status}`, afterSeconds(retryAfter, now))
    : new DeliveryFailure('rejected', `http_${status}`);
}

/** `Retry-After` is seconds or a date (RFC 9110, section 10.2.3); undefined for anything else. */
function afterSeconds(header: string | null | undefined, now: Date): number | undefined {
  if (!header) return undefined;
  const wait = /^\d+$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - now.getTime()) / 1000);
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}
