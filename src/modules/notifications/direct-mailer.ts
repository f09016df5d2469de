import { Injectable } from '@nestjs/common';
import { MailTransport } from './channels/email/mail-transport';
import { type Mail, Mailer } from './mailer';

/** Sends mail while the caller waits. */
@Injectable()
export class DirectMailer extends Mailer {
  constructor(private readonly transport: MailTransport) {
    super();
  }

  send(mail: Mail): Promise<void> {
    return this.transport.send(mail);
  }
}
