import { Injectable } from '@nestjs/common';
import { OutboxFolder } from '../outbox-folder';
import { MailTransport, type OutgoingMail } from './mail-transport';

/** Development's mail: files. */
@Injectable()
export class OutboxMailTransport extends MailTransport {
  constructor(private readonly folder: OutboxFolder) {
    super();
  }

  async send({ to, subject, text, html }: OutgoingMail): Promise<void> {
    await this.folder.write({ channel: 'email', to, subject, text, ...(html ? { html } : {}) });
  }
}
