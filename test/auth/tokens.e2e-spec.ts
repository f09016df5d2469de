import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { type TestApp, startTestApp } from '../support/app';
import { call, register, type TestActor } from '../support/actors';
import { MINUTE } from '../../src/common/time/clock';

const SECRET = 'k7Jq2mVx9TfWc4Rz8LpB1nYd5HsG3uEa';

interface Refreshed {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
}

describe('Access tokens', () => {
  let app: TestApp;
  let sam: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
    sam = await register(app);
  });
  afterAll(() => app.close());

  const me = (token: string) => call(app, 'GET', '/auth/me', undefined, { token });

  it('carry who, as what and in which session, for 15 minutes', () => {
    const claims = decode(sam.token);
    expect(claims).toMatchObject({ userId: sam.id, role: 'user', email: sam.email });
    expect(claims.sid).toMatch(/^[0-9a-f]{24}$/);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    expect(claims).toMatchObject({ iss: 'allynet', aud: 'allynet-clients' });
  });

  it('are needed wherever nothing else is said', async () => {
    const answer = await call(app, 'GET', '/users/me');
    expect(answer.status).toBe(401);
    expect(answer.error?.code).toBe('UNAUTHENTICATED');
  });

  it('are taken from the header alone, never from the query string or a cookie', async () => {
    const inQuery = await call(
      app,
      'GET',
      `/users/me?access_token=${sam.token}&token=${sam.token}`,
    );
    const inCookie = await call(app, 'GET', '/users/me', undefined, {
      headers: { cookie: `access_token=${sam.token}` },
    });
    expect([inQuery.status, inCookie.status]).toEqual([401, 401]);
  });

  it.each([
    ['no algorithm', () => forge(sam.token, { alg: 'none' }, {}, null)],
    ['no algorithm in capitals', () => forge(sam.token, { alg: 'NONE' }, {}, null)],
    ['another secret', () => forge(sam.token, {}, {}, ['sha256', 'x'.repeat(32)])],
    [
      'another algorithm with our secret',
      () => forge(sam.token, { alg: 'HS512' }, {}, ['sha512', SECRET]),
    ],
    [
      'a public-key algorithm with our secret for the key',
      () => forge(sam.token, { alg: 'RS256' }, {}, ['sha256', SECRET]),
    ],
    ["a public-key algorithm with the forger's own key", () => forgeByPublicKey(sam.token)],
    ['another issuer', () => forge(sam.token, {}, { iss: 'other' }, ['sha256', SECRET])],
    ['another audience', () => forge(sam.token, {}, { aud: 'other' }, ['sha256', SECRET])],
    ['no end', () => forge(sam.token, {}, { exp: undefined }, ['sha256', SECRET])],
    ['no session', () => forge(sam.token, {}, { sid: undefined }, ['sha256', SECRET])],
    [
      'an operator where an id belongs',
      () => forge(sam.token, {}, { sid: { $ne: null } }, ['sha256', SECRET]),
    ],
    [
      'a role that does not exist',
      () => forge(sam.token, {}, { role: 'owner' }, ['sha256', SECRET]),
    ],
    ['a role raised after signing', () => tamper(sam.token, { role: 'admin' })],
    ['nonsense', () => 'nonsense'],
    ['a refresh token', () => sam.refreshToken],
  ])('are refused with %s', async (_, token) => {
    const answer = await me(token());
    expect(answer.status).toBe(401);
    expect(answer.error?.code).toBe('UNAUTHENTICATED');
  });

  it('signed as ours are taken: the refusals above are for the reason they name', async () => {
    const answer = await me(forge(sam.token, {}, {}, ['sha256', SECRET]));
    expect(answer.status).toBe(200);
  });

  it('are refused as TOKEN_EXPIRED once their time is over, and renewed by a refresh', async () => {
    const early = await register(app);
    app.clock.advance(15 * MINUTE + 1000);
    const late = await early.get('/auth/me');
    expect(late.status).toBe(401);
    expect(late.error?.code).toBe('TOKEN_EXPIRED');
    const renewed = await call<Refreshed>(app, 'POST', '/auth/refresh', {
      refreshToken: early.refreshToken,
      tokenDelivery: 'body',
    });
    expect((await me(renewed.data.accessToken)).status).toBe(200);
  });
});

function decode(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The claims of a token, changed, under a signature of one's own; `sign` null for none. */
function forge(
  token: string,
  header: object,
  claims: Record<string, unknown>,
  sign: [algorithm: string, secret: string] | null,
): string {
  const head = encode({ alg: 'HS256', typ: 'JWT', ...header });
  const body = encode({ ...decode(token), ...claims });
  const signature = sign
    ? createHmac(...sign)
        .update(`${head}.${body}`)
        .digest('base64url')
    : '';
  return `${head}.${body}.${signature}`;
}

/** Signed properly, by a key of one's own that the header brings along. */
function forgeByPublicKey(token: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const head = encode({ alg: 'RS256', typ: 'JWT', jwk: publicKey.export({ format: 'jwk' }) });
  const unsigned = `${head}.${encode(decode(token))}`;
  return `${unsigned}.${createSign('sha256').update(unsigned).sign(privateKey, 'base64url')}`;
}

function tamper(token: string, claims: object): string {
  const [head, , signature] = token.split('.');
  return `${head}.${encode({ ...decode(token), ...claims })}.${signature}`;
}
