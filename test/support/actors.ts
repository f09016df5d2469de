import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import type { Place } from '../../src/common/geo/geo';
import type { TestApp } from './app';
import { isPublished } from './canaries/planting';
import { inspectAnswer, plantSent } from './canaries/process-tap';

export type Json = Record<string, unknown>;

/** What the server answered. `data` is there on success, `error` on failure. */
export interface Answer<T = Json> {
  status: number;
  headers: Headers;
  data: T;
  error: { code: string; message: string; details?: unknown } | undefined;
  /** The value of the `refresh_token` cookie that came with the answer. */
  refreshCookie: string | undefined;
  /** The text as it came, for asserting that something appears nowhere in it. */
  text: string;
}

export interface CallOptions {
  token?: string | undefined;
  headers?: Record<string, string>;
}

/** Calls the public API of a test server; `path` stands below `/api/v1`. */
export async function call<T = Json>(
  target: Pick<TestApp, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  { token, headers = {} }: CallOptions = {},
): Promise<Answer<T>> {
  if (!isPublished(path)) plantSent(target.url, body, token);
  const response = await fetch(`${target.url}/api/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  inspectAnswer(target.url, { method, path: `/api/v1${path}`, token }, body, text);
  const envelope = (text ? JSON.parse(text) : {}) as { data: T; error?: Answer['error'] };
  return {
    status: response.status,
    headers: response.headers,
    data: envelope.data,
    error: envelope.error,
    refreshCookie: /refresh_token=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1],
    text,
  };
}

/** Somebody with an account who is logged in and talks to the public API. */
export class TestActor {
  constructor(
    readonly server: Pick<TestApp, 'url'>,
    readonly id: string,
    readonly email: string,
    readonly password: string,
    public token: string,
    public refreshToken: string,
    private readonly key?: string,
  ) {}

  get objectId(): Types.ObjectId {
    return new Types.ObjectId(this.id);
  }

  /** The same person talking to another node. */
  on(server: Pick<TestApp, 'url'>): TestActor {
    const { id, email, password, token, refreshToken, key } = this;
    return new TestActor(server, id, email, password, token, refreshToken, key);
  }

  /** The same person naming what they send by a key of its own, so that a repeat finds what came of the first. */
  keyed(): TestActor {
    const { server, id, email, password, token, refreshToken } = this;
    return new TestActor(server, id, email, password, token, refreshToken, randomUUID());
  }

  get<T = Json>(path: string, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.call<T>('GET', path, undefined, headers);
  }

  post<T = Json>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.call<T>('POST', path, body, headers);
  }

  put<T = Json>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.call<T>('PUT', path, body, headers);
  }

  patch<T = Json>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.call<T>('PATCH', path, body, headers);
  }

  delete<T = Json>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.call<T>('DELETE', path, body, headers);
  }

  /** Another session of the same account. */
  async logIn(): Promise<TestActor> {
    const { email, password } = this;
    const { data } = must(
      await call<LoggedIn>(this.server, 'POST', '/auth/login', {
        email,
        password,
        tokenDelivery: 'body',
      }),
    );
    return new TestActor(
      this.server,
      this.id,
      email,
      password,
      data.accessToken,
      data.refreshToken,
    );
  }

  private call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const named = this.key === undefined ? headers : { 'idempotency-key': this.key, ...headers };
    return call<T>(this.server, method, path, body, { token: this.token, headers: named });
  }
}

interface LoggedIn {
  user: { id: string; email: string };
  accessToken: string;
  refreshToken: string;
}

export const TEST_PASSWORD = 'correct horse battery';

export function uniqueEmail(): string {
  return `u${randomBytes(6).toString('hex')}@example.org`;
}

/** Nobody else's, so that where it turns up tells whose it is. */
export function uniquePhone(): string {
  return `+4915${randomInt(1e9, 1e10)}`;
}

/** Registers a new account through the API. */
export async function register(
  server: Pick<TestApp, 'url'>,
  fields: { displayName?: string; phone?: string; email?: string; password?: string } = {},
): Promise<TestActor> {
  const email = fields.email ?? uniqueEmail();
  const password = fields.password ?? TEST_PASSWORD;
  const { data } = must(
    await call<LoggedIn>(server, 'POST', '/auth/register', {
      displayName: 'Sam Example',
      ...fields,
      email,
      password,
      tokenDelivery: 'body',
    }),
  );
  return new TestActor(
    server,
    data.user.id,
    data.user.email,
    password,
    data.accessToken,
    data.refreshToken,
  );
}

/** Somebody with a role. It is given in the database, as no API gives the first one, and holds from the next log-in. */
export async function staff(app: TestApp, role: 'moderator' | 'admin'): Promise<TestActor> {
  const person = await register(app, { displayName: `The ${role}` });
  await app.connection.collection('users').updateOne({ _id: person.objectId }, { $set: { role } });
  return person.logIn();
}

const admins = new WeakMap<TestApp, Promise<TestActor>>();

/** One admin a server, made at first use. */
export function adminOf(app: TestApp): Promise<TestActor> {
  const admin = admins.get(app) ?? staff(app, 'admin');
  admins.set(app, admin);
  return admin;
}

export interface HelperOptions {
  displayName?: string;
  phone?: string;
  helperRadiusMeters?: number;
  available?: boolean;
}

/** Somebody who opted in, was verified by an admin and said where they are: ready to be alerted. */
export async function verifiedHelper(
  app: TestApp,
  place: Place & { accuracyMeters?: number },
  { displayName = 'Helper Example', phone, ...settings }: HelperOptions = {},
): Promise<TestActor> {
  const admin = await adminOf(app);
  const helper = await register(app, { displayName, ...(phone ? { phone } : {}) });
  must(await helper.patch('/users/me/helper', { helper: true, available: true, ...settings }));
  must(await admin.patch(`/admin/users/${helper.id}`, { verified: true }));
  must(await helper.put('/users/me/location', place));
  return helper;
}

/** The answer, or an error that shows what the server said instead of success. */
export function must<T>(answer: Answer<T>): Answer<T> {
  if (answer.status >= 400) throw new Error(`Unexpected ${answer.status}: ${answer.text}`);
  return answer;
}
