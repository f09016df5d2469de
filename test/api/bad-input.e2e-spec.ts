import { createHmac, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { collectionCounts } from './collection-counts';

const HOME = { latitude: 48.137154, longitude: 11.576124 };
const LONG = 'x'.repeat(100_000);

interface Attempt {
  title: string;
  method?: string;
  path: string;
  /** Sent as it is; an object is turned into JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Another token than the actor's, or none. */
  token?: string | null;
  expect: [status: number, code: string];
}

describe('Bad input over HTTP', () => {
  let server: TestApp;
  let actor: TestActor;
  let emergencyId: string;
  let strangersEmergency: string;

  beforeAll(async () => {
    server = await startTestApp();
    actor = await verifiedHelper(server, HOME);
    const stranger = await register(server);
    const far = { latitude: -33.9, longitude: 151.2 };
    const raise = async (by: TestActor, location: object): Promise<string> => {
      const { data } = await by.post<{ id: string }>('/emergencies', { type: 'other', location });
      return data.id;
    };
    emergencyId = await raise(actor, HOME);
    strangersEmergency = await raise(stranger, far);
  });

  afterAll(() => server.close());

  /** Proves the rule that every refusal has in common: the code, the envelope, the request id, and no trace in the data. */
  async function refused(attempt: Attempt): Promise<void> {
    const { method = 'POST', path, body, headers = {}, token = actor.token } = attempt;
    const raw = typeof body === 'string' || body === undefined;
    const before = await collectionCounts(server);
    const response = await fetch(
      `${server.url}${path.startsWith('//') ? path.slice(1) : `/api/v1${path}`}`,
      {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      },
    );
    const text = await response.text();
    const [status, code] = attempt.expect;
    expect({ status: response.status, body: JSON.parse(text || 'null') as unknown }).toEqual({
      status,
      body: {
        success: false,
        error: expect.objectContaining({ code, message: expect.stringMatching(/\S/) }),
      },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    // No detail of ours: no stack, no path, no query, no name of a library.
    expect(text).not.toMatch(/node_modules|\bat \/|\.ts:|mongo|mongoose|fastify|BSON/i);
    expect(await collectionCounts(server)).toEqual(before);
  }

  const INVALID: [number, string] = [400, 'VALIDATION_FAILED'];
  const MALFORMED: [number, string] = [400, 'MALFORMED_JSON'];

  const sos = (title: string, body: unknown, expect = INVALID): Attempt => ({
    title,
    path: '/emergencies',
    body,
    expect,
  });
  const at = (title: string, location: unknown, expect = INVALID): Attempt => ({
    title,
    method: 'PUT',
    path: '/users/me/location',
    body: location,
    expect,
  });

  it.each<Attempt>([
    sos('JSON that breaks off', '{"type":'),
    sos('no JSON at all', 'type=medical'),
    sos('a single quote', "{'type': 'medical'}"),
    sos('two documents', '{"type":"medical"}{"type":"medical"}'),
    sos('an empty body', ''),
    sos('NaN as raw text', '{"type":"medical","location":{"latitude":NaN,"longitude":1}}'),
    sos(
      'Infinity as raw text',
      '{"type":"medical","location":{"latitude":1,"longitude":Infinity}}',
    ),
    sos('a byte order mark in the middle', '{"type":\ufeff"medical"}'),
    sos('__proto__ at the top', '{"type":"medical","__proto__":{"role":"admin"}}'),
    sos('__proto__ inside', '{"type":"medical","location":{"__proto__":{"latitude":1}}}'),
    sos('constructor.prototype', '{"type":"medical","constructor":{"prototype":{"role":"admin"}}}'),
  ])('$title is MALFORMED_JSON', (attempt) => refused({ ...attempt, expect: MALFORMED }));

  it('a body of a hundred thousand characters is refused in a few words, not for each of its thousands of parts', async () => {
    for (const part of ['{}', '1', '[]']) {
      const slots = Array.from({ length: 30_000 }, () => part).join();
      for (const hours of [
        `{"timeZone":"UTC","slots":[${slots}]}`,
        `{"timeZone":"UTC","slots":[],"exceptions":[${slots}]}`,
      ]) {
        const { status, error, text } = await actor.post('/businesses', {
          openingHours: JSON.parse(hours) as unknown,
        });
        expect([status, error?.code]).toEqual(INVALID);
        expect(text.length).toBeLessThan(1000);
      }
    }
  });

  it('of very many problems a hundred are told', async () => {
    const slots = Array.from({ length: 1500 }, () => ({}));
    const { status, error } = await actor.post('/businesses', { openingHours: { slots } });
    expect([status, error?.code]).toEqual(INVALID);
    expect(error?.details).toHaveLength(100);
  });

  it.each([
    '/businesses?latitude=&longitude=',
    '/businesses?latitude=52.5&longitude=%20',
    '/help-requests?latitude=1&longitude=1&radiusMeters=',
    '/help-requests?currency=EUR&maxBudget=',
    '/skills?currency=EUR&maxPrice=',
    '/skills?minRating=',
    '/reports?limit=',
    '/reports?limit=1&limit=1',
  ])('%s: an empty field is not a zero', (path) =>
    refused({ title: path, method: 'GET', path, expect: INVALID }),
  );

  it.each<Attempt>([
    sos('a body that is a list', [{ type: 'medical' }]),
    sos('a body that is a string', '"medical"'),
    sos('a body that is a number', '5'),
    sos('a body that is null', 'null'),
    sos('a body that is true', 'true'),
    sos('no field at all', {}),
    sos('an unknown type', { type: 'boredom' }),
    sos('a type that is a list', { type: ['medical'] }),
    sos('a type that is an operator', { type: { $ne: 'medical' } }),
    sos('an unknown field', { type: 'medical', live: false }),
    sos("somebody else's requester", { type: 'medical', requester: 'f'.repeat(24) }),
    sos('an unknown field inside', { type: 'medical', location: { ...HOME, altitude: 3 } }),
    sos('a $-operator as a field', { type: 'medical', $set: { status: 'resolved' } }),
    sos('a field with a dot', { type: 'medical', 'dispatch.wave': 9 }),
    sos('a location that is text', { type: 'medical', location: '48.1,11.5' }),
    sos('a location that is a list', { type: 'medical', location: [11.5, 48.1] }),
    sos('a location that is a list of places', { type: 'medical', location: [HOME] }),
    sos('an empty location', { type: 'medical', location: {} }),
    sos('a description that is too long', { type: 'medical', description: 'x'.repeat(1001) }),
    sos('a description that is an object', { type: 'medical', description: { $gt: '' } }),
    sos('anonymous as text', { type: 'medical', anonymous: 'true' }),
    sos('anonymous as null', { type: 'medical', anonymous: null }),
    sos('a radius below the least', { type: 'medical', radiusMeters: 99 }),
    sos('a radius above the most', { type: 'medical', radiusMeters: 50_001 }),
    sos('a radius with a fraction', { type: 'medical', radiusMeters: 500.5 }),
    sos(
      'nesting 10,000 levels deep',
      `{"type":"medical","location":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    ),
    sos(
      'a list 20,000 levels deep',
      `{"type":"medical","description":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    ),
    sos('a radius as text', { type: 'medical', radiusMeters: '500' }),
    sos('an empty request id', { type: 'medical', requestId: '' }),
    sos('a request id that is too long', { type: 'medical', requestId: 'x'.repeat(201) }),
    sos('a request id with a line break', { type: 'medical', requestId: 'a\nb' }),
    sos('a request id that is an operator', { type: 'medical', requestId: { $exists: true } }),
    at('latitude 91', { latitude: 91, longitude: 0 }),
    at('latitude -90.000001', { latitude: -90.000001, longitude: 0 }),
    at('longitude 181', { latitude: 0, longitude: 181 }),
    at('a latitude as text', { latitude: '48', longitude: 11 }),
    at('a latitude that is null', { latitude: null, longitude: 11 }),
    at('no longitude', { latitude: 48 }),
    at('the huge number 1e400', '{"latitude":1e400,"longitude":0}'),
    at('the huge negative number -1e400', '{"latitude":0,"longitude":-1e400}'),
    at('1e308, which is finite', { latitude: 1e308, longitude: 0 }),
    at('an accuracy below nothing', { ...HOME, accuracyMeters: -1 }),
    at('an accuracy of 1e400', '{"latitude":1,"longitude":1,"accuracyMeters":1e400}'),
  ])('$title is VALIDATION_FAILED, with the field in details', async (attempt) => {
    await refused({ ...attempt, expect: INVALID });
  });

  it.each<Attempt>([
    {
      title: 'a $-operator as e-mail at log-in',
      path: '/auth/login',
      body: { email: { $ne: null }, password: { $ne: null } },
      token: null,
      expect: INVALID,
    },
    {
      title: 'a pattern as e-mail at log-in',
      path: '/auth/login',
      body: { email: { $regex: '.*' }, password: 'correct horse battery' },
      token: null,
      expect: INVALID,
    },
    {
      title: 'a role at registration',
      path: '/auth/register',
      body: {
        email: 'a@example.org',
        password: 'correct horse battery',
        displayName: 'A',
        role: 'admin',
      },
      token: null,
      expect: INVALID,
    },
    {
      title: 'a password of 73 bytes',
      path: '/auth/register',
      body: { email: 'a@example.org', password: 'ü'.repeat(37), displayName: 'A' },
      token: null,
      expect: INVALID,
    },
    {
      title: 'a name of 100,000 characters',
      method: 'PATCH',
      path: '/users/me',
      body: { displayName: LONG.slice(0, 90_000) },
      expect: INVALID,
    },
    {
      title: 'a name with a NUL',
      method: 'PATCH',
      path: '/users/me',
      body: { displayName: 'a\0b' },
      expect: INVALID,
    },
    {
      title: 'making oneself verified',
      method: 'PATCH',
      path: '/users/me/helper',
      body: { verified: true },
      expect: INVALID,
    },
    { title: 'limit 0', method: 'GET', path: '/emergencies?limit=0', expect: INVALID },
    { title: 'limit 101', method: 'GET', path: '/emergencies?limit=101', expect: INVALID },
    { title: 'limit as text', method: 'GET', path: '/emergencies?limit=ten', expect: INVALID },
    { title: 'limit twice', method: 'GET', path: '/emergencies?limit=1&limit=2', expect: INVALID },
    { title: 'limit 1e400', method: 'GET', path: '/emergencies?limit=1e400', expect: INVALID },
    {
      title: 'an operator in the query',
      method: 'GET',
      path: '/emergencies?status[$ne]=active',
      expect: INVALID,
    },
    {
      title: 'an operator as a query parameter',
      method: 'GET',
      path: '/emergencies?$where=sleep(1000)',
      expect: INVALID,
    },
    {
      title: 'a list where one value is wanted',
      method: 'GET',
      path: '/emergencies?status=active&status=resolved',
      expect: INVALID,
    },
    {
      title: '__proto__ in the query',
      method: 'GET',
      path: '/emergencies?__proto__[x]=1',
      expect: INVALID,
    },
    { title: 'an unknown filter', method: 'GET', path: '/emergencies?user=1', expect: INVALID },
    {
      title: 'a cursor that is too long',
      method: 'GET',
      path: `/emergencies?cursor=${'x'.repeat(301)}`,
      expect: INVALID,
    },
    {
      title: 'an id that is no id',
      method: 'GET',
      path: '/emergencies/not-an-id',
      expect: INVALID,
    },
    {
      title: 'an id of 12 bytes, which MongoDB would take',
      method: 'GET',
      path: '/emergencies/twelve-bytes',
      expect: INVALID,
    },
    {
      title: 'an id that is an operator',
      method: 'GET',
      path: `/emergencies/${encodeURIComponent('{"$ne":null}')}`,
      expect: INVALID,
    },
    {
      title: 'an id of 400 characters',
      method: 'GET',
      path: `/emergencies/${'a'.repeat(400)}`,
      expect: INVALID,
    },
    {
      title: 'a negative number of a timeline',
      method: 'GET',
      path: `/emergencies/${'f'.repeat(24)}/events?afterSeq=-1`,
      expect: INVALID,
    },
    {
      title: 'an Idempotency-Key that is too long',
      path: '/emergencies',
      body: { type: 'medical' },
      headers: { 'Idempotency-Key': 'x'.repeat(201) },
      expect: INVALID,
    },
    {
      title: 'a chat message of blanks',
      path: `/emergencies/${'f'.repeat(24)}/messages`,
      body: { text: ' \n ' },
      expect: INVALID,
    },
  ])('$title is VALIDATION_FAILED', (attempt) => refused(attempt));

  it.each<[string, string]>([
    ['no base64 at all', '%%%'.replaceAll('%', '%25')],
    ['base64 of something else', Buffer.from('hello').toString('base64url')],
    ['an operator', Buffer.from('[{"$gt":""}]').toString('base64url')],
    ['one value too many', Buffer.from('["a","b"]').toString('base64url')],
    ['a huge number', Buffer.from('[1e400]').toString('base64url')],
  ])('a cursor of %s is INVALID_CURSOR on every list', async (_, cursor) => {
    for (const list of [
      '/emergencies',
      '/emergencies/alerts',
      '/auth/sessions',
      '/businesses',
      `/emergencies/${emergencyId}/messages`,
      `/emergencies/${emergencyId}/events`,
    ]) {
      await refused({
        title: cursor,
        method: 'GET',
        path: `${list}?cursor=${cursor}`,
        expect: [400, 'INVALID_CURSOR'],
      });
    }
  });

  it('a body of 10 MB is PAYLOAD_TOO_LARGE, and so is one just above the limit', async () => {
    for (const size of [10 * 1024 * 1024, 101 * 1024]) {
      await refused({
        title: 'large',
        path: '/emergencies',
        body: `{"type":"medical","description":"${'x'.repeat(size)}"}`,
        expect: [413, 'PAYLOAD_TOO_LARGE'],
      });
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ])('a body as %s is UNSUPPORTED_MEDIA_TYPE', (type) =>
    refused({
      title: type,
      path: '/emergencies',
      body: '{"type":"medical"}',
      headers: { 'content-type': type },
      expect: [415, 'UNSUPPORTED_MEDIA_TYPE'],
    }),
  );

  it('a body without a type is UNSUPPORTED_MEDIA_TYPE', async () => {
    const before = await collectionCounts(server);
    const response = await fetch(`${server.url}/api/v1/emergencies`, {
      method: 'POST',
      headers: { authorization: `Bearer ${actor.token}` },
      body: Buffer.from('{"type":"medical"}'),
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    expect(await collectionCounts(server)).toEqual(before);
  });

  it('a body that is missing altogether is VALIDATION_FAILED where one is needed', async () => {
    for (const path of ['/emergencies', '/auth/login', '/auth/register']) {
      await refused({ title: path, path, expect: INVALID });
    }
    await refused({ title: 'put', method: 'PUT', path: '/users/me/location', expect: INVALID });
  });

  it.each<[string, (token: string) => string | null, string]>([
    ['no token', () => null, 'UNAUTHENTICATED'],
    ['an empty token', () => '', 'UNAUTHENTICATED'],
    ['no algorithm', (token) => `${encode({ alg: 'none' })}.${part(token, 1)}.`, 'UNAUTHENTICATED'],
    [
      'no algorithm, with the signature left on',
      (token) => `${encode({ alg: 'none' })}.${part(token, 1)}.${part(token, 2)}`,
      'UNAUTHENTICATED',
    ],
    [
      'another secret',
      (token) => signed(`${part(token, 0)}.${part(token, 1)}`, randomBytes(32)),
      'UNAUTHENTICATED',
    ],
    [
      'an empty secret',
      (token) => signed(`${part(token, 0)}.${part(token, 1)}`, Buffer.alloc(0)),
      'UNAUTHENTICATED',
    ],
    [
      'a payload that was changed to admin',
      (token) =>
        [part(token, 0), encode({ ...claims(token), role: 'admin' }), part(token, 2)].join('.'),
      'UNAUTHENTICATED',
    ],
    [
      'a payload whose end was moved',
      (token) => [part(token, 0), encode({ ...claims(token), exp: 4e9 }), part(token, 2)].join('.'),
      'UNAUTHENTICATED',
    ],
    ['a token that is cut off', (token) => token.slice(0, -5), 'UNAUTHENTICATED'],
    ['100,000 characters', () => LONG.slice(0, 12_000), 'UNAUTHENTICATED'],
  ])('%s is refused with %3$s on reading and writing', async (_, forge, code) => {
    const token = forge(actor.token);
    await refused({ title: 'read', method: 'GET', path: '/users/me', token, expect: [401, code] });
    await refused({
      title: 'raise',
      path: '/emergencies',
      body: { type: 'medical' },
      token,
      expect: [401, code],
    });
    await refused({
      title: 'administer',
      method: 'PATCH',
      path: `/admin/users/${actor.id}`,
      body: { role: 'admin' },
      token,
      expect: [401, code],
    });
  });

  it("somebody else's emergency looks exactly like one that does not exist, for every route", async () => {
    const routes: [string, string, unknown?][] = [
      ['GET', ''],
      ['GET', '/events'],
      ['GET', '/alerts'],
      ['GET', '/messages'],
      ['POST', '/messages', { text: 'Hello' }],
      ['POST', '/responses', { answer: 'accept' }],
      ['POST', '/responses', { answer: 'decline' }],
      ['PATCH', '/responses/me', { status: 'on_way' }],
      ['PATCH', '/responses/me', { status: 'withdrawn' }],
      ['DELETE', `/responses/${'f'.repeat(24)}`],
      ['PUT', '/location', HOME],
      ['POST', '/resolve', {}],
      ['POST', '/cancel', {}],
      ['POST', '/objection'],
    ];
    for (const [method, route, body] of routes) {
      for (const id of [strangersEmergency, 'f'.repeat(24)]) {
        await refused({
          title: route,
          method,
          path: `/emergencies/${id}${route}`,
          body,
          expect: [404, 'NOT_FOUND'],
        });
      }
    }
  });

  it.each<Attempt>([
    { title: 'an unknown route', method: 'GET', path: '/nothing', expect: [404, 'NOT_FOUND'] },
    { title: 'an unknown root', method: 'GET', path: '//nothing', expect: [404, 'NOT_FOUND'] },
    { title: 'no route', method: 'GET', path: '//', expect: [404, 'NOT_FOUND'] },
    {
      title: 'the wrong method',
      method: 'DELETE',
      path: '/emergencies',
      expect: [404, 'NOT_FOUND'],
    },
    {
      title: 'a method that nobody knows',
      method: 'PROPFIND',
      path: '/emergencies',
      expect: [404, 'NOT_FOUND'],
    },
    {
      title: 'a path that climbs out',
      method: 'GET',
      path: '//docs/..%2f..%2f..%2fetc%2fpasswd',
      expect: [404, 'NOT_FOUND'],
    },
    {
      title: 'a malformed URL',
      method: 'GET',
      path: '/emergencies/%zz',
      expect: [400, 'VALIDATION_FAILED'],
    },
    {
      title: 'a malformed URL where there is no route',
      method: 'GET',
      path: '//%zz%',
      expect: [400, 'VALIDATION_FAILED'],
    },
    {
      title: 'an id of thousands of characters',
      method: 'GET',
      path: `/users/${'a'.repeat(5000)}`,
      expect: [404, 'NOT_FOUND'],
    },
    {
      title: 'a tracking token of thousands of characters',
      method: 'GET',
      path: `//track/${'a'.repeat(5000)}`,
      token: null,
      expect: [404, 'NOT_FOUND'],
    },
    {
      title: 'a user who is no moderator',
      method: 'GET',
      path: '/admin/users',
      expect: [403, 'FORBIDDEN'],
    },
  ])('$title is $expect.1', (attempt) => refused(attempt));

  it('an expired token is TOKEN_EXPIRED, but still raises an SOS while its session lives', async () => {
    const person = await register(server);
    server.clock.advance(16 * 60_000);
    await refused({
      title: 'expired',
      method: 'GET',
      path: '/users/me',
      token: person.token,
      expect: [401, 'TOKEN_EXPIRED'],
    });
    const response = await person.post('/emergencies', { type: 'medical' });
    expect(response.status).toBe(201);
    server.clock.advance(-16 * 60_000);
  });

  it('what is no HTTP at all is turned away with 400, and the server goes on', async () => {
    const { hostname, port } = new URL(server.url);
    for (const garbage of [
      'GET / HTTP/9.9\r\n\r\n',
      '\0\0\0\0\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`,
      'POST /api/v1/emergencies HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
      'POST /api/v1/emergencies HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    ]) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.write(garbage));
        let text = '';
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect((await actor.get('/users/me')).status).toBe(200);
  });

  it('nothing of this has changed what every object inherits', () => {
    expect(({} as Record<string, unknown>).role).toBeUndefined();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function part(token: string, index: number): string {
  return token.split('.')[index] ?? '';
}

function claims(token: string): object {
  return JSON.parse(Buffer.from(part(token, 1), 'base64url').toString()) as object;
}

function signed(content: string, secret: Buffer): string {
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
