import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../../../common/errors/domain-error';
import { MINUTE, SECOND } from '../../../common/time/clock';

/** How far the clock of the sender may be from ours. Stripe's own libraries take five minutes too. */
const TOLERANCE_MS = 5 * MINUTE;

const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, one v1 for each secret, as Stripe signs. */
export function sign(body: string | Buffer, secrets: readonly string[], at: Date): string {
  const timestamp = Math.floor(at.getTime() / SECOND);
  return [
    `t=${timestamp}`,
    ...secrets.map((secret) => `v1=${hmac(body, timestamp, secret).toString('hex')}`),
  ].join(',');
}

/**
 * Threats: events that somebody made up; a true one that was recorded and is sent again much later.
 *
 * @param secrets all that are accepted: two while one is exchanged.
 * @throws DomainError INVALID_SIGNATURE
 */
export function verifySignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly string[],
  now: Date,
): void {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('='));
  const valuesOf = (name: string) =>
    parts.filter(([key]) => key === name).map(([, value]) => value);
  const [timestamp = ''] = valuesOf('t');
  const signatures = valuesOf('v1').filter((one) => one !== undefined && HEX_SHA256.test(one));
  const sentAt = /^\d{1,12}$/.test(timestamp ?? '') ? Number(timestamp) : NaN;
  const inTime = Math.abs(now.getTime() - sentAt * SECOND) <= TOLERANCE_MS;
  const genuine = secrets.some((secret) => {
    const expected = hmac(body, sentAt, secret);
    return signatures.some((one) => timingSafeEqual(Buffer.from(one ?? '', 'hex'), expected));
  });
  if (inTime && genuine) return;
  throw new DomainError(
    'INVALID_SIGNATURE',
    'The signature does not fit the body, or its time is more than five minutes from ours.',
  );
}

function hmac(body: string | Buffer, timestamp: number, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}
