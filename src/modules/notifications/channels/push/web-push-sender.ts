import { request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../../common/time/clock';
import { SECOND } from '../../../../common/time/clock';
import { DeliveryFailure, failureOfAnswer } from '../delivery-failure';
import { endpointProblem, publicLookup } from './public-endpoint';
import { type PushMessage, PushSender, type PushSubscription } from './push-sender';

const TIMEOUT_MS = 10 * SECOND;

export interface VapidKeys {
  publicKey: string;
  privateKey: string;
  subject: string;
}

export interface WebPushSettings {
  vapid: VapidKeys;
  /** See PUSH_TO_LOOPBACK. */
  loopback: boolean;
  timeoutMs?: number;
}

/**
 * Web Push (RFC 8030), encrypted for the device (RFC 8291) and signed by our keys (RFC 8292). The library makes the request and
 * we send it: its own sending reads the whole answer of whatever it was pointed at, and connects to any address.
 */
export class WebPushSender extends PushSender {
  readonly available = true;
  readonly publicKey: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 50, lookup: publicLookup });

  constructor(
    private readonly settings: WebPushSettings,
    private readonly clock: Clock,
  ) {
    super();
    this.publicKey = settings.vapid.publicKey;
  }

  async send(subscription: PushSubscription, message: PushMessage): Promise<void> {
    const { endpoint } = subscription;
    const { vapid, loopback } = this.settings;
    // Also those that were taken when the rules were others.
    if (endpointProblem(endpoint, loopback)) {
      throw new DeliveryFailure('gone', 'endpoint_refused');
    }
    const { generateRequestDetails } = await import('web-push');
    const { headers, body } = generateRequestDetails(subscription, message.payload, {
      vapidDetails: vapid,
      TTL: message.ttlSeconds,
      urgency: message.urgency,
      ...(message.topic ? { topic: message.topic } : {}),
    });
    const answer = await this.post(endpoint, headers, body);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return;
    // RFC 8030, section 7.3: the subscription has expired or was ended.
    if (status === 404 || status === 410) {
      throw new DeliveryFailure('gone', `http_${status}`);
    }
    throw failureOfAnswer(status, answer.headers['retry-after'], this.clock.now());
  }

  /** @returns the head of the answer; what follows it is not read. */
  private post(
    endpoint: string,
    headers: Record<string, string | number>,
    body: Buffer,
  ): Promise<IncomingMessage> {
    const url = new URL(endpoint);
    const timeoutMs = this.settings.timeoutMs ?? TIMEOUT_MS;
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMs) };
      const sent =
        url.protocol === 'https:'
          ? requestHttps(url, this.settings.loopback ? options : { ...options, agent: this.agent })
          : requestHttp(url, options);
      sent.on('response', (answer) => {
        answer.on('error', () => undefined);
        answer.destroy();
        resolve(answer);
      });
      sent.on('error', ({ name }) => {
        const timedOut = name === 'AbortError' || name === 'TimeoutError';
        reject(new DeliveryFailure('retry', timedOut ? 'timeout' : 'unreachable'));
      });
      sent.end(body);
    });
  }
}
