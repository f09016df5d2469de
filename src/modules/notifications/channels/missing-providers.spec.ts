import { Logger } from '@nestjs/common';
import { MissingProviders } from './missing-providers';
import type { OutboxFolder } from './outbox-folder';

type Made = ConstructorParameters<typeof MissingProviders>;

const SMTP = { smtpUrl: 'smtps://user:password@smtp.example.org' };
const SMS = { smsProviderUrl: 'https://user:password@sms.example.org' };

describe('What is missing in production', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  afterEach(() => warn.mockClear());
  afterAll(() => warn.mockRestore());

  function told(channels: object, publicUrl: string, production = true): string[] {
    const folder = { path: '/outbox' } as OutboxFolder;
    new MissingProviders(
      { production, publicUrl } as Made[0],
      channels as Made[1],
      folder,
    ).onApplicationBootstrap();
    return warn.mock.calls.map(([line]) => /[A-Z]+_[A-Z_]+/.exec(String(line))?.[0] ?? '');
  }

  it.each([
    ['everything', {}, 'http://localhost:3000', ['SMTP_URL', 'VAPID_PUBLIC_KEY', 'PUBLIC_URL']],
    ['the mail server', SMS, 'https://allynet.example.org', ['SMTP_URL']],
    ['pushes and SMS', SMTP, 'https://allynet.example.org', ['VAPID_PUBLIC_KEY']],
    ['an address for links', { ...SMTP, ...SMS }, 'http://[::1]:80', ['PUBLIC_URL']],
    ['nothing', { ...SMTP, ...SMS }, 'https://localhost.example.org', []],
  ])('is told once, by its variable: %s', (_, channels, publicUrl, variables) => {
    expect(told(channels, publicUrl)).toEqual(variables);
  });

  it('is not told in development, where files are what is wanted', () => {
    expect(told({}, 'http://localhost:3000', false)).toEqual([]);
  });
});
