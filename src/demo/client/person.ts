import { randomBytes } from 'node:crypto';
import { type Answer, type ApiClient, type Call, must } from './api-client';
import { LiveClient } from './live-client';

interface LoggedIn {
  user: { id: string; displayName: string };
  accessToken: string;
  refreshToken: string;
}

/** Somebody with an account, logged in, with a device that may be connected. */
export class Person {
  /** The device; deaf until `live.connect()`. */
  readonly live: LiveClient;
  readonly id: string;
  readonly name: string;
  private accessToken: string;
  private refreshToken: string;

  private constructor(
    readonly api: ApiClient,
    readonly email: string,
    readonly password: string,
    { user, accessToken, refreshToken }: LoggedIn,
  ) {
    this.id = user.id;
    this.name = user.displayName;
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
    this.live = new LiveClient(api.url, accessToken);
  }

  /** Registers a new account. */
  static register(api: ApiClient, displayName: string, phone?: string): Promise<Person> {
    const unique = randomBytes(4).toString('hex');
    const email = `${asciiLetters(displayName)}.${unique}@example.org`;
    const password = `demo-${randomBytes(6).toString('hex')}`;
    return Person.enter(api, 'register', { email, password, displayName, ...(phone && { phone }) });
  }

  static logIn(api: ApiClient, email: string, password: string): Promise<Person> {
    return Person.enter(api, 'login', { email, password });
  }

  private static async enter(
    api: ApiClient,
    door: 'register' | 'login',
    account: { email: string; password: string; displayName?: string; phone?: string },
  ): Promise<Person> {
    const body = { ...account, tokenDelivery: 'body' };
    const answer = await api.call<LoggedIn>({ method: 'POST', path: `/auth/${door}`, body });
    return new Person(api, account.email, account.password, must(answer));
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.call({ method: 'GET', path });
  }

  post<T>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.call({ method: 'POST', path, body });
  }

  put<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call({ method: 'PUT', path, body });
  }

  patch<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call({ method: 'PATCH', path, body });
  }

  /** An access token lives for 15 minutes; the demo may stay up for longer. */
  private async call<T>(call: Call): Promise<Answer<T>> {
    const answer = await this.api.call<T>({ ...call, token: this.accessToken });
    if (answer.error?.code !== 'TOKEN_EXPIRED') return answer;
    const { accessToken, refreshToken } = must(
      await this.api.call<LoggedIn>({
        method: 'POST',
        path: '/auth/refresh',
        body: { refreshToken: this.refreshToken, tokenDelivery: 'body' },
      }),
    );
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
    return this.api.call<T>({ ...call, token: accessToken });
  }
}

function asciiLetters(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
