import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { attempt } from '../../src/modules/notifications/channels/delivery-failure';
import { SmtpMailTransport } from '../../src/modules/notifications/channels/email/smtp-mail-transport';

interface Taken {
  from: string;
  to: string[];
  secure: boolean;
  raw: string;
}

const MAIL = {
  to: 'ada@example.org',
  subject: 'Grüße',
  text: 'Open:\nhttps://example.org/x',
  key: 'row-1',
};

describe('Mail by SMTP', () => {
  const servers: SMTPServer[] = [];
  const transports: SmtpMailTransport[] = [];
  let taken: Taken[] = [];
  let connections = 0;

  beforeEach(() => {
    taken = [];
    connections = 0;
  });
  afterEach(async () => {
    for (const transport of transports.splice(0)) await transport.onModuleDestroy();
    for (const server of servers.splice(0)) {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });

  async function listen(options: SMTPServerOptions = {}): Promise<number> {
    const server = new SMTPServer({
      authOptional: true,
      onConnect: (_, done) => {
        connections += 1;
        done();
      },
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          taken.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            secure: session.secure,
            raw: Buffer.concat(parts).toString(),
          });
          done();
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return (server.server.address() as AddressInfo).port;
  }

  function transport(url: string): SmtpMailTransport {
    const made = new SmtpMailTransport({ url, from: 'AllyNet <no-reply@example.org>' });
    transports.push(made);
    return made;
  }
  const send = (url: string, mail = MAIL) => attempt(() => transport(url).send(mail));

  it('comes as it was written, with one name for all tries', async () => {
    const port = await listen({ disabledCommands: ['STARTTLS'] });
    const sender = transport(`smtp://127.0.0.1:${port}`);
    for (let round = 0; round < 3; round += 1) await sender.send(MAIL);
    expect(taken).toHaveLength(3);
    const [{ from, to, raw } = { from: '', to: [], raw: '' }] = taken;
    expect([from, to]).toEqual(['no-reply@example.org', ['ada@example.org']]);
    expect(raw).toMatch(/^From: AllyNet <no-reply@example.org>\r$/m);
    expect(raw).toContain('Subject: =?UTF-8?');
    expect(raw).toMatch(/^https:\/\/example.org\/x\r?$/m);
    expect(raw).toContain('Auto-Submitted: auto-generated');
    const ids = taken.map((mail) => /^Message-ID: (<.+>)/im.exec(mail.raw)?.[1]);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@example\.org>$/);
    // Over one connection that is kept.
    expect(connections).toBe(1);
  });

  it('is encrypted wherever the server can', async () => {
    const port = await listen();
    expect(await send(`smtp://127.0.0.1:${port}?tls.rejectUnauthorized=false`)).toEqual({
      status: 'sent',
    });
    expect(taken[0]?.secure).toBe(true);
  });

  it('does not go to a server with a certificate that nobody vouches for', async () => {
    const port = await listen();
    expect(await send(`smtp://127.0.0.1:${port}`)).toMatchObject({ status: 'retry' });
    const secure = await listen({ secure: true });
    expect(await send(`smtps://127.0.0.1:${secure}`)).toMatchObject({ status: 'retry' });
    expect(taken).toEqual([]);
  });

  it('does not go unencrypted to another machine', async () => {
    const port = await listen({ disabledCommands: ['STARTTLS'] });
    // A name of this machine that does not look like one.
    expect(await send(`smtp://0.0.0.0:${port}`)).toMatchObject({ status: 'retry' });
    expect(taken).toEqual([]);
    expect(await send(`smtp://0.0.0.0:${port}?requireTLS=false`)).toEqual({ status: 'sent' });
  });

  it('speaks TLS from the start by smtps, and logs in with what the URL says', async () => {
    const logins: unknown[] = [];
    const port = await listen({
      secure: true,
      authOptional: false,
      onAuth: ({ username, password }, _, done) => {
        logins.push([username, password]);
        done(null, { user: 'ours' });
      },
    });
    const url = `smtps://us%40er:p%3Ass@127.0.0.1:${port}?tls.rejectUnauthorized=false`;
    expect(await send(url)).toEqual({ status: 'sent' });
    expect(logins).toEqual([['us@er', 'p:ss']]);
    expect(taken[0]?.secure).toBe(true);
  });

  it.each([
    [550, { status: 'rejected', reason: 'smtp_550' }],
    [451, { status: 'retry', reason: 'smtp_451' }],
  ])('refused with %i', async (responseCode, result) => {
    const port = await listen({
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_, __, done) => done(Object.assign(new Error('No'), { responseCode })),
    });
    expect(await send(`smtp://127.0.0.1:${port}`)).toEqual(result);
  });

  it('waits where the log-in is wrong, and where nobody listens', async () => {
    const port = await listen({
      disabledCommands: ['STARTTLS'],
      authOptional: false,
      onAuth: (_, __, done) => done(Object.assign(new Error('No'), { responseCode: 535 })),
    });
    expect(await send(`smtp://a:b@127.0.0.1:${port}`)).toMatchObject({ status: 'retry' });
    expect(await send('smtp://127.0.0.1:1')).toEqual({ status: 'retry', reason: 'unreachable' });
  });

  it('takes no second recipient and no header by way of an address or a subject', async () => {
    const port = await listen({ disabledCommands: ['STARTTLS'] });
    await send(`smtp://127.0.0.1:${port}`, {
      ...MAIL,
      to: 'ada@example.org',
      subject: 'Hello\r\nBcc: eve@example.org',
    });
    expect(taken[0]?.to).toEqual(['ada@example.org']);
    expect(taken[0]?.raw).not.toMatch(/^Bcc:/im);
  });
});
