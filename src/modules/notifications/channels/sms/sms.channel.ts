import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { ContactPoints } from '../../../users/contact-points';
import { Channel, type OutgoingMessage, type SendResult, type Target } from '../channel';
import { Channels } from '../channels';
import { attempt } from '../delivery-failure';
import { SmsSender } from './sms-sender';

/** Short messages to the telephone of the profile. */
@Injectable()
export class SmsChannel extends Channel<'sms'> implements OnModuleInit {
  readonly name = 'sms';

  constructor(
    private readonly people: ContactPoints,
    private readonly sender: SmsSender,
    private readonly channels: Channels,
  ) {
    super();
  }

  onModuleInit(): void {
    if (this.sender.available) this.channels.register(this);
  }

  async targets(session: ClientSession, users: Types.ObjectId[]): Promise<Target[]> {
    const reached = await this.people.withPhone(session, users);
    return reached.map((user) => ({ user, device: null }));
  }

  address({ user }: Target): Promise<string | null> {
    return this.people.phone(user);
  }

  send({ to, content, idempotencyKey }: OutgoingMessage<'sms'>): Promise<SendResult> {
    return attempt(() => this.sender.send({ to, text: content.text, key: idempotencyKey }));
  }
}
