import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { ClientSession } from 'mongodb';
import { Types } from 'mongoose';
import { authConfig } from '../../../config/auth.config';
import type { Mail } from '../mailer';
import type { Delivery } from '../schemas/delivery.schema';
import { type Composed, Composers } from './composers';
import { DeliveryQueue } from './delivery-queue';
import { Seal } from './seal';

/** Mails about an account that say something to an address, not to a reader of the app: no inbox, no preferences. */
export const MAIL_KINDS = [
  'mail.password_reset',
  'mail.email_confirmation',
  'mail.email_change_asked',
  'mail.email_change',
  'mail.email_changed',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

interface SealedMail {
  kind: MailKind;
  /** Whose account it is about. */
  user: Types.ObjectId;
  mail: Mail;
  /** Of no use after this: when the link in it ends; null where it has none. */
  expiresAt: Date | null;
}

/**
 * Mail to an address, queued in the transaction of what it is about: it goes out if and only if that happened, whatever becomes of
 * the process or the mail server meanwhile. Address and text, which may hold a link that opens an account, wait under a seal and
 * are taken out of the row when they were sent.
 */
@Injectable()
export class MailOutbox implements OnModuleInit {
  private readonly seal: Seal;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly composers: Composers,
    @Inject(authConfig.KEY) auth: ConfigType<typeof authConfig>,
  ) {
    this.seal = new Seal(auth.refreshKeys);
  }

  onModuleInit(): void {
    for (const kind of MAIL_KINDS) this.composers.register(kind, (row) => this.opened(row));
  }

  /** Inside the transaction of what it is about. */
  async send(session: ClientSession, { kind, user, mail, expiresAt }: SealedMail): Promise<void> {
    await this.queue.add(session, [
      {
        key: `${kind}:${new Types.ObjectId().toHexString()}`,
        channel: 'email',
        user,
        kind,
        subject: { kind: 'user', id: user },
        sealed: this.seal.close(JSON.stringify(mail)),
        expiresAt,
      },
    ]);
  }

  private opened({ sealed }: Delivery): Promise<Composed | null> {
    if (sealed === undefined) return Promise.resolve(null);
    const { to, ...content } = JSON.parse(this.seal.open(sealed)) as Mail;
    return Promise.resolve({ to, content });
  }
}
