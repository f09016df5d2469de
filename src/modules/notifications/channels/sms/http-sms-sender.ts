import type { Clock } from '../../../../common/time/clock';
import { SECOND } from '../../../../common/time/clock';
import { DeliveryFailure, failureOfAnswer } from '../delivery-failure';
import { type Sms, SmsSender } from './sms-sender';

const TIMEOUT_MS = 10 * SECOND;

/**
 * SMS by a form post with basic authentication, as Twilio's Messages resource takes it and others after it:
 * `https://ACCOUNT:TOKEN@api.twilio.com/2010-04-01/Accounts/ACCOUNT/Messages.json?From=%2B15005550006`. What the URL's query says
 * goes into the form (`From`, or `MessagingServiceSid`), with `To` and `Body`.
 *
 * Twilio takes no idempotency key for messages; those that do read `Idempotency-Key`.
 */
export class HttpSmsSender extends SmsSender {
  readonly available = true;
  private readonly address: string;
  private readonly authorization: string | undefined;
  private readonly fields: [string, string][];

  constructor(
    url: string,
    private readonly clock: Clock,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    super();
    const { username, password, origin, pathname, searchParams } = new URL(url);
    this.address = `${origin}${pathname}`;
    this.fields = [...searchParams];
    if (username || password) {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
  }

  async send({ to, text, key }: Sms): Promise<void> {
    const response = await this.post(
      new URLSearchParams([...this.fields, ['To', to], ['Body', text]]),
      key,
    );
    // What it says would repeat the number, or be the message.
    await response.body?.cancel();
    if (response.ok) return;
    const { status, headers } = response;
    throw failureOfAnswer(status, headers.get('retry-after'), this.clock.now());
  }

  private async post(form: URLSearchParams, key: string | undefined): Promise<Response> {
    try {
      return await fetch(this.address, {
        method: 'POST',
        body: form,
        headers: {
          ...(this.authorization ? { authorization: this.authorization } : {}),
          ...(key ? { 'idempotency-key': key } : {}),
        },
        // Threat: a redirect would take numbers and credentials elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
    } catch (error) {
      const timedOut = (Object(error) as { name?: unknown }).name === 'TimeoutError';
      throw new DeliveryFailure('retry', timedOut ? 'timeout' : 'unreachable');
    }
  }
}
