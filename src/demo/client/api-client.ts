import type { ApiFailure, Envelope } from './contract';

/** What the server answered: `data` is there on success, `error` on failure. */
export interface Answer<T> {
  status: number;
  data: T;
  error?: ApiFailure;
  /** True when the server says that it had answered this request before. */
  replayed: boolean;
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below `/api/v1`. */
  path: string;
  /** Sent as JSON, a form as it is. */
  body?: unknown;
  token?: string;
}

/** Any answer that a proxy or a crash would give instead of ours is not JSON; this is what it is reported as. */
const NO_ENVELOPE: ApiFailure = { code: 'NOT_AN_ENVELOPE', message: 'The body is not ours.' };

/** The public REST API of a server. */
export class ApiClient {
  constructor(readonly url: string) {}

  async call<T>({ method, path, body, token }: Call): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined || body instanceof FormData
          ? {}
          : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const envelope = parse<T>(await response.text());
    return {
      status: response.status,
      replayed: response.headers.get('idempotency-replayed') === 'true',
      ...(envelope.success
        ? { data: envelope.data }
        : { data: undefined as never, error: envelope.error }),
    };
  }
}

/** The data of an answer. @throws Error with what the server said instead of success. */
export function must<T>(answer: Answer<T>): T {
  if (answer.error === undefined) return answer.data;
  throw new Error(`Unexpected ${answer.status} ${answer.error.code}: ${answer.error.message}`);
}

function parse<T>(text: string): Envelope<T> {
  try {
    return JSON.parse(text) as Envelope<T>;
  } catch {
    return { success: false, error: NO_ENVELOPE };
  }
}
