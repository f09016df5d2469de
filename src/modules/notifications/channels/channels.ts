import { Injectable } from '@nestjs/common';
import type { Channel, ChannelName } from './channel';

/** The channels that this server has. One that is not registered is not configured: nothing is queued for it. */
@Injectable()
export class Channels {
  private readonly byName = new Map<ChannelName, Channel>();

  /** To be called once by each adapter, in `onModuleInit`. */
  register<Name extends ChannelName>(channel: Channel<Name>): void {
    if (this.byName.has(channel.name)) throw new Error(`Two adapters for ${channel.name}`);
    this.byName.set(channel.name, channel);
  }

  get(name: ChannelName): Channel | undefined {
    return this.byName.get(name);
  }

  get names(): ChannelName[] {
    return [...this.byName.keys()];
  }
}
