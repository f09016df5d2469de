import { request } from 'node:http';
import type { Envelope } from '../../src/demo/client/contract';

/** A phone on a bad network gives a request up after this long. */
const ANSWER_WITHIN_MS = 15_000;

export interface Answer<T> {
  status: number;
  /** In seconds, where the answer says so. */
  retryAfter: number | undefined;
  replayed: boolean;
  envelope: Envelope<T>;
}

export interface Sending {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  token: string;
  key?: string;
  body?: unknown;
}

/** No answer came: whether the step had its effect is not known. */
export class NoAnswer extends Error {
  constructor(readonly why: 'connection' | 'timeout') {
    super(why);
  }
}

/**
 * One request on a connection of its own, so that a load balancer chooses anew each time.
 *
 * @throws NoAnswer when the connection dies or nothing comes in time.
 */
export function send<T>(url: string, sending: Sending): Promise<Answer<T>> {
  const { method, path, token, key, body } = sending;
  const payload = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const fail = (): void => reject(new NoAnswer(signal.aborted ? 'timeout' : 'connection'));
    const outgoing = request(`${url}/api/v1${path}`, {
      method,
      agent: false,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(payload ? { 'content-type': 'application/json' } : {}),
        'content-length': Buffer.byteLength(payload),
      },
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', fail);
      response.on('aborted', fail);
      response.on('end', () => {
        const retryAfter = response.headers['retry-after'];
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
          replayed: response.headers['idempotency-replayed'] === 'true',
          envelope: parse<T>(text),
        });
      });
    });
    outgoing.end(payload);
  });
}

function parse<T>(text: string): Envelope<T> {
  try {
    return JSON.parse(text) as Envelope<T>;
  } catch {
    return {
      success: false,
      error: { code: 'NOT_AN_ENVELOPE', message: `The body is not ours: ${text.slice(0, 200)}` },
    };
  }
}
