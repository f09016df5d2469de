import { randomBytes } from 'node:crypto';
import { type Answer, type ApiClient, must } from './api-client';
import { LiveClient } from './live-client';

/** Somebody with an account, logged in, with a device that may be connected. */
export class Person {
  /** The device; connected only after `live.connect()`. */
  readonly live: LiveClient;

  private constructor(
    private readonly api: ApiClient,
    readonly id: string,
    readonly name: string,
    readonly email: string,
    readonly password: string,
    private readonly token: string,
  ) {
    this.live = new LiveClient(api.url, token);
  }

  /** Registers a new account. */
  static async register(api: ApiClient, name: string, phone?: string): Promise<Person> {
    const unique = randomBytes(4).toString('hex');
    const email = `${asciiLetters(name)}.${unique}@example.org`;
    const password = `demo-${randomBytes(6).toString('hex')}`;
    const { user, accessToken } = must(
      await api.call<LoggedIn>({
        method: 'POST',
        path: '/auth/register',
        body: { email, password, displayName: name, ...(phone ? { phone } : {}) },
      }),
    );
    return new Person(api, user.id, name, email, password, accessToken);
  }

  static async logIn(api: ApiClient, email: string, password: string): Promise<Person> {
    const { user, accessToken } = must(
      await api.call<LoggedIn>({
        method: 'POST',
        path: '/auth/login',
        body: { email, password },
      }),
    );
    return new Person(api, user.id, user.displayName, email, password, accessToken);
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.api.call<T>({ method: 'GET', path, token: this.token });
  }

  post<T>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.api.call<T>({ method: 'POST', path, body, token: this.token });
  }

  put<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.api.call<T>({ method: 'PUT', path, body, token: this.token });
  }

  patch<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.api.call<T>({ method: 'PATCH', path, body, token: this.token });
  }
}

interface LoggedIn {
  user: { id: string; displayName: string };
  accessToken: string;
}

function asciiLetters(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
