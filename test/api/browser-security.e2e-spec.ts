import { randomBytes } from 'node:crypto';
import { io } from 'socket.io-client';
import { call } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

const APP = 'https://app.example.org';
const CONSOLE = 'https://console.example.org';
const ELSEWHERE = 'https://evil.example.net';

describe('Towards browsers', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp({ env: { FRONTEND_URL: `${APP},${CONSOLE}` } });
  });

  afterAll(() => server.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers });

  it.each([
    ['an answer', '/health/live', 200],
    ['a refusal', '/api/v1/users/me', 401],
    ['a route that is not there', '/api/v1/nowhere', 404],
    ['the description for people', '/docs', 200],
    ['the description for tools', '/docs-json', 200],
  ])(
    '%s carries the headers that keep it from being sniffed, framed or injected into',
    async (_, path, status) => {
      const { headers, status: answered } = await get(path);
      expect(answered).toBe(status);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8,}/);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'self'");
      expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*)/);
      // What runs here, and in which version, is nobody's business.
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );

  it.each([APP, CONSOLE])(
    '%s, named in FRONTEND_URL, may read answers with its user’s cookie',
    async (origin) => {
      const { headers } = await get('/api/v1/users/me', { origin });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toMatch(/\bOrigin\b/);
      expect(headers.get('access-control-expose-headers')).toMatch(/X-Request-Id.*Retry-After/);
    },
  );

  it.each([
    ELSEWHERE,
    `${APP}.evil.net`,
    'https://evil-app.example.org',
    'http://app.example.org',
    'null',
  ])('the origin %s may read nothing', async (origin) => {
    const { headers } = await get('/api/v1/users/me', { origin });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  const preflight = (origin: string, method: string) =>
    fetch(`${server.url}/api/v1/users/me`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'a preflight for %s is granted to our front end, with the headers that the API takes',
    async (method) => {
      const { status, headers } = await preflight(APP, method);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(APP);
      expect(headers.get('access-control-allow-methods')?.split(/,\s*/)).toContain(method);
      const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(/,\s*/);
      expect(allowed).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'idempotency-key']),
      );
    },
  );

  it('a preflight from elsewhere is not granted', async () => {
    const { headers } = await preflight(ELSEWHERE, 'DELETE');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('the handshake of a socket is readable for our front end alone', async () => {
    const poll = (origin: string) => get('/socket.io/?EIO=4&transport=polling', { origin });
    const [ours, other] = [await poll(APP), await poll(ELSEWHERE)];
    expect(ours.headers.get('access-control-allow-origin')).toBe(APP);
    expect(ours.headers.get('access-control-allow-credentials')).toBe('true');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('a socket opened from another site, with our user’s cookie, is nobody’s: only a token counts', async () => {
    const { refreshCookie } = await call(server, 'POST', '/auth/register', {
      email: 'cookie@example.org',
      password: 'correct horse battery',
      displayName: 'Cookie',
    });
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { origin: ELSEWHERE, cookie: `refresh_token=${refreshCookie}` },
    });
    try {
      const refused = await new Promise<Error & { data?: { code?: string } }>((resolve, reject) => {
        socket.once('connect_error', resolve);
        socket.once('connect', () => reject(new Error('It was let in.')));
      });
      expect(refused.data?.code).toBe('UNAUTHENTICATED');
    } finally {
      socket.disconnect();
    }
  });
});

describe('The cookie of the refresh token', () => {
  const attributes = async (env: Record<string, string>): Promise<string[]> => {
    const server = await startTestApp({ env });
    try {
      const { headers } = await call(server, 'POST', '/auth/register', {
        email: 'cookie@example.org',
        password: 'correct horse battery',
        displayName: 'Cookie',
      });
      const [, ...rest] = (headers.get('set-cookie') ?? '').split('; ');
      return rest.toSorted();
    } finally {
      await server.close();
    }
  };

  const EVERYWHERE = ['HttpOnly', 'Max-Age=2592000', 'Path=/api/v1/auth', 'SameSite=Lax'];

  it('is kept from scripts, from other sites’ posts and from every path but its own', async () => {
    expect(await attributes({ NODE_ENV: 'test' })).toEqual(EVERYWHERE);
  });

  it('in production goes over HTTPS alone', async () => {
    const secret = () => randomBytes(32).toString('base64url');
    const production = {
      NODE_ENV: 'production',
      BCRYPT_ROUNDS: '10',
      RATE_LIMITS: 'on',
      FRONTEND_URL: APP,
      PUBLIC_URL: 'https://api.example.org',
      JWT_SECRET: secret(),
      JWT_REFRESH_SECRET: secret(),
    };
    expect(await attributes(production)).toEqual([...EVERYWHERE, 'Secure']);
  });
});
