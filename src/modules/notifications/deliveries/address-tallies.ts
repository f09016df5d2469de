import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model } from 'mongoose';
import { signFor } from '../../../common/security/purpose-signature';
import { Clock, DAY, later } from '../../../common/time/clock';
import { authConfig } from '../../../config/auth.config';
import { AddressTally } from '../schemas/address-tally.schema';

/**
 * Counts what goes to one address in a day (UTC), whoever causes it. Threat: anybody's telephone or mailbox can be named as a
 * contact's or as one's own, and is not to be flooded by way of us.
 */
@Injectable()
export class AddressTallies {
  constructor(
    @InjectModel(AddressTally.name) private readonly tallies: Model<AddressTally>,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one more; inside a transaction where there is a session.
   *
   * @param kind what is counted together.
   * @returns which one it is today, from 1.
   */
  async count(kind: string, address: string, session?: ClientSession): Promise<number> {
    const now = this.clock.now();
    const day = now.toISOString().slice(0, 10);
    const counted = `${kind}\0${day}\0${address.toLowerCase()}`;
    const id = signFor('contact tally', this.config.accessKeys.signing, counted);
    const tally = await this.tallies.collection.findOneAndUpdate(
      { _id: id as never },
      { $inc: { count: 1 }, $setOnInsert: { expiresAt: later(now, 2 * DAY) } },
      { ...(session ? { session } : {}), upsert: true, returnDocument: 'after' },
    );
    return Number(tally?.count);
  }
}
