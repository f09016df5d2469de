import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import { Types } from 'mongoose';
import { Clock, DAY, MINUTE, SECOND } from '../../../../common/time/clock';
import { DevicesService } from '../../devices/devices.service';
import { Channel, type OutgoingMessage, type SendResult, type Target } from '../channel';
import { Channels } from '../channels';
import { attempt } from '../delivery-failure';
import { PushSender } from './push-sender';

/** How long a push service keeps what it cannot deliver, where the message names no end. */
const KEPT_MS = DAY;
const KEPT_URGENT_MS = 10 * MINUTE;

/** Pushes to each device that somebody registered. */
@Injectable()
export class PushChannel extends Channel<'push'> implements OnModuleInit {
  readonly name = 'push';

  constructor(
    private readonly devices: DevicesService,
    private readonly sender: PushSender,
    private readonly channels: Channels,
    private readonly clock: Clock,
  ) {
    super();
  }

  onModuleInit(): void {
    if (this.sender.available) this.channels.register(this);
  }

  targets(session: ClientSession, users: Types.ObjectId[]): Promise<Target[]> {
    return this.devices.ofUsers(session, users);
  }

  /** The device, while it is this person's still: it may have changed hands since the message was written. */
  async address({ user, device }: Target): Promise<string | null> {
    return device && (await this.devices.belongs(device, user)) ? device.toHexString() : null;
  }

  async send(message: OutgoingMessage<'push'>): Promise<SendResult> {
    const subscription = await this.devices.subscription(new Types.ObjectId(message.to));
    if (!subscription) return { status: 'gone', reason: 'no_device' };
    const { content, urgent, expiresAt } = message;
    return attempt(() =>
      this.sender.send(subscription, {
        payload: JSON.stringify(content),
        ttlSeconds: this.ttlSeconds(urgent, expiresAt),
        urgency: urgent ? 'high' : 'normal',
      }),
    );
  }

  override forget(to: string): Promise<void> {
    return this.devices.forget(new Types.ObjectId(to));
  }

  private ttlSeconds(urgent: boolean, expiresAt: Date | null): number {
    const left = expiresAt ? expiresAt.getTime() - this.clock.now().getTime() : Infinity;
    const kept = Math.min(left, urgent ? KEPT_URGENT_MS : KEPT_MS);
    return Math.max(0, Math.floor(kept / SECOND));
  }
}
