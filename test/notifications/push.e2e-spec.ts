import { generateVAPIDKeys } from 'web-push';
import { createPublicKey, verify } from 'node:crypto';
import { Clock, SECOND } from '../../src/common/time/clock';
import { attempt } from '../../src/modules/notifications/channels/delivery-failure';
import { WebPushSender } from '../../src/modules/notifications/channels/push/web-push-sender';
import { TestPushService, TestSubscription } from '../support/push';

const MESSAGE = { payload: '{"title":"Ünïcode"}', ttlSeconds: 600, urgency: 'high' } as const;

describe('Web push', () => {
  const keys = generateVAPIDKeys();
  const vapid = { ...keys, subject: 'mailto:no-reply@example.org' };
  const sender = new WebPushSender({ vapid, loopback: true, timeoutMs: SECOND }, new Clock());
  let service: TestPushService;

  beforeAll(async () => {
    service = await TestPushService.start();
  });
  afterAll(() => service.close());

  const send = (to: TestSubscription, by = sender) => attempt(() => by.send(to.toJSON(), MESSAGE));

  it('reaches the device alone, which reads what was written', async () => {
    const device = service.subscribe();
    expect(await send(device)).toEqual({ status: 'sent' });
    expect(service.read(device)).toEqual([MESSAGE.payload]);
    const [taken] = service.takenBy(device);
    expect(taken?.headers).toMatchObject({
      ttl: '600',
      urgency: 'high',
      'content-encoding': 'aes128gcm',
    });
    expect(taken?.body.includes('title')).toBe(false);
  });

  it('is signed with our key, for that push service alone and not for long', async () => {
    const device = service.subscribe();
    await send(device);
    const [, token = '', key = ''] =
      /^vapid t=([^,]+), k=(.+)$/.exec(service.takenBy(device)[0]?.headers.authorization ?? '') ??
      [];
    expect(key).toBe(keys.publicKey);
    const point = Buffer.from(key, 'base64url');
    const [head = '', claims = '', signature = ''] = token.split('.');
    const publicKey = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
    });
    const signed = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(signed).toBe(true);
    const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    expect(aud).toBe(new URL(device.endpoint).origin);
    expect(sub).toBe(vapid.subject);
    expect(Number(exp) - Date.now() / 1000).toBeLessThan(24 * 60 * 60 + 60);
  });

  it.each([
    [404, {}, { status: 'gone', reason: 'http_404' }],
    [410, {}, { status: 'gone', reason: 'http_410' }],
    [429, { 'retry-after': '120' }, { status: 'retry', reason: 'http_429', afterSeconds: 120 }],
    [503, {}, { status: 'retry', reason: 'http_503' }],
    [401, {}, { status: 'retry', reason: 'http_401' }],
    [413, {}, { status: 'rejected', reason: 'http_413' }],
    [307, { location: 'http://127.0.0.1:1/' }, { status: 'retry', reason: 'http_307' }],
    [0, {}, { status: 'retry', reason: 'timeout' }],
  ])('that is answered %i %o', async (status, headers, result) => {
    const device = service.subscribe();
    service.answer(device, status, headers);
    expect(await send(device)).toEqual(result);
    expect(service.takenBy(device)).toHaveLength(1);
  });

  it('tries again later where nobody listens', async () => {
    const other = await TestPushService.start();
    const device = other.subscribe();
    await other.close();
    expect(await send(device)).toEqual({ status: 'retry', reason: 'unreachable' });
  });

  it('never knocks at this machine without leave, by number or by name', async () => {
    const strict = new WebPushSender({ vapid, loopback: false }, new Clock());
    const device = service.subscribe();
    expect(await send(device, strict)).toEqual({ status: 'gone', reason: 'endpoint_refused' });
    expect(service.takenBy(device)).toHaveLength(0);
  });
});
