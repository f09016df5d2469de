import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { ContactPoints } from '../../../users/contact-points';
import { Channel, type OutgoingMessage, type SendResult, type Target } from '../channel';
import { Channels } from '../channels';
import { attempt } from '../delivery-failure';
import { MailTransport } from './mail-transport';

/** Mail to addresses whose owners opened a link that was sent there: others may be somebody else's. */
@Injectable()
export class EmailChannel extends Channel<'email'> implements OnModuleInit {
  readonly name = 'email';

  constructor(
    private readonly people: ContactPoints,
    private readonly transport: MailTransport,
    private readonly channels: Channels,
  ) {
    super();
  }

  onModuleInit(): void {
    this.channels.register(this);
  }

  async targets(session: ClientSession, users: Types.ObjectId[]): Promise<Target[]> {
    const reached = await this.people.withEmail(session, users);
    return reached.map((user) => ({ user, device: null }));
  }

  address({ user }: Target): Promise<string | null> {
    return this.people.email(user);
  }

  send({ to, content, idempotencyKey }: OutgoingMessage<'email'>): Promise<SendResult> {
    return attempt(() => this.transport.send({ ...content, to, key: idempotencyKey }));
  }
}
