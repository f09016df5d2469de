import type { OnModuleDestroy } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { SECOND } from '../../../../common/time/clock';
import { DeliveryFailure } from '../delivery-failure';
import { MailTransport, type OutgoingMail } from './mail-transport';

const CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 10 * SECOND;
/** Longest silence of the server within one mail. */
const SILENCE_TIMEOUT_MS = 20 * SECOND;

export interface SmtpSettings {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. */
  url: string;
  from: string;
}

/**
 * Mail through a server, over connections that are kept open. `smtps://` speaks TLS from the start; `smtp://` must be able to
 * change to it (STARTTLS), or nothing is sent, unless the server is on this machine or the URL says `?requireTLS=false`.
 * Certificates are verified.
 */
export class SmtpMailTransport extends MailTransport implements OnModuleDestroy {
  private opening: Promise<Transporter> | undefined;

  constructor(private readonly settings: SmtpSettings) {
    super();
  }

  async send({ to, subject, text, html, key }: OutgoingMail): Promise<void> {
    const transport = await (this.opening ??= open(this.settings.url));
    try {
      await transport.sendMail({
        from: this.settings.from,
        to: { name: '', address: to },
        subject,
        text,
        ...(html ? { html } : {}),
        ...(key ? { messageId: messageId(key, this.settings.from) } : {}),
        // Nobody's holiday answer is of use to us (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      throw failureOf(error);
    }
  }

  async onModuleDestroy(): Promise<void> {
    (await this.opening)?.close();
  }
}

/** Loaded when the first mail is sent: a server that sends none starts faster. */
async function open(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { protocol, hostname } = new URL(url);
  return createTransport({
    // What the URL says stands above these.
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    requireTLS: protocol === 'smtp:' && !isThisMachine(hostname),
    tls: { minVersion: 'TLSv1.2' },
    // Texts are ours, but hold words of people: none of them may name a file or an address to attach.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/** Mail programs show two mails with one id as one. */
function messageId(key: string, from: string): string {
  const host = /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${host}>`;
}

/** What the server answered, without its words: they may repeat the address. */
function failureOf(error: unknown): DeliveryFailure {
  const { code, responseCode } = Object(error) as { code?: string; responseCode?: number };
  if (responseCode === undefined || code === 'ETLS') {
    return new DeliveryFailure('retry', reasonOf(code));
  }
  // 5xx to the recipient or the mail is final (RFC 5321, section 4.2.1); to our greeting or log-in it is ours to put right.
  const final = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return new DeliveryFailure(final ? 'rejected' : 'retry', `smtp_${responseCode}`);
}

function reasonOf(code: string | undefined): string {
  if (code === 'ETIMEDOUT') return 'timeout';
  return code === 'ETLS' ? 'no_tls' : 'unreachable';
}
