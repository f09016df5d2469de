import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock, SECOND } from '../../src/common/time/clock';
import { attempt } from '../../src/modules/notifications/channels/delivery-failure';
import { HttpSmsSender } from '../../src/modules/notifications/channels/sms/http-sms-sender';

describe('SMS by a provider over HTTP', () => {
  let provider: Server;
  let host: string;
  const taken: { request: IncomingMessage; form: URLSearchParams }[] = [];
  let answer: { status: number; headers?: Record<string, string> } = { status: 201 };

  beforeAll(async () => {
    provider = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        taken.push({ request, form: new URLSearchParams(Buffer.concat(parts).toString()) });
        if (answer.status !== 0)
          response.writeHead(answer.status, answer.headers).end('{"to":"+491"}');
      });
    });
    await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(provider.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    taken.length = 0;
    answer = { status: 201 };
  });
  afterAll(async () => {
    provider.closeAllConnections();
    await new Promise((resolve) => void provider.close(resolve));
  });

  const send = (path = 'Messages.json?From=%2B15005550006') => {
    const sender = new HttpSmsSender(
      `http://AC1:s%40cret@${host}/2010-04-01/Accounts/AC1/${path}`,
      new Clock(),
      SECOND,
    );
    return attempt(() => sender.send({ to: '+4915112345678', text: 'Hilfe & Ruhe', key: 'row-1' }));
  };

  it('is the form that Twilio takes, with basic authentication', async () => {
    expect(await send()).toEqual({ status: 'sent' });
    const [{ request, form } = { request: undefined, form: undefined }] = taken;
    expect(request?.method).toBe('POST');
    expect(request?.url).toBe('/2010-04-01/Accounts/AC1/Messages.json');
    expect(request?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(request?.headers.authorization).toBe(
      `Basic ${Buffer.from('AC1:s@cret').toString('base64')}`,
    );
    expect(request?.headers['idempotency-key']).toBe('row-1');
    expect(Object.fromEntries(form ?? [])).toEqual({
      From: '+15005550006',
      To: '+4915112345678',
      Body: 'Hilfe & Ruhe',
    });
  });

  it.each([
    [400, {}, { status: 'rejected', reason: 'http_400' }],
    [401, {}, { status: 'retry', reason: 'http_401' }],
    [429, { 'retry-after': '7' }, { status: 'retry', reason: 'http_429', afterSeconds: 7 }],
    [500, {}, { status: 'retry', reason: 'http_500' }],
    [302, { location: 'http://127.0.0.1:1/' }, { status: 'retry', reason: 'http_302' }],
    [0, {}, { status: 'retry', reason: 'timeout' }],
  ])('answered %i %o', async (status, headers, result) => {
    answer = { status, headers };
    expect(await send()).toEqual(result);
    expect(taken).toHaveLength(1);
  });

  it('waits for a provider that is not there', async () => {
    const sender = new HttpSmsSender('http://127.0.0.1:1/x', new Clock(), SECOND);
    expect(await attempt(() => sender.send({ to: '+4915112345678', text: 'x' }))).toEqual({
      status: 'retry',
      reason: 'unreachable',
    });
  });
});
