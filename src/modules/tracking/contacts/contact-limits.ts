import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { createHmac } from 'node:crypto';
import { Clock, DAY, later } from '../../../common/time/clock';
import { authConfig } from '../../../config/auth.config';
import { ContactJobs } from '../../emergencies/contact-jobs';
import { ContactTally } from '../schemas/contact-tally.schema';

/** Of how many SOS in 24 hours one person's contacts are told. */
export const SOS_TOLD_A_DAY = 5;
/** How many alarms one address gets in a day (UTC), whoever raises them. */
export const ALARMS_AN_ADDRESS_A_DAY = 10;

/**
 * Threat: anybody's address can be named as a contact's, and an SOS be raised and taken back all day. Nobody's telephone is to be
 * flooded by way of us.
 */
@Injectable()
export class ContactLimits {
  constructor(
    @InjectModel(ContactTally.name) private readonly tallies: Model<ContactTally>,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly jobs: ContactJobs,
    private readonly clock: Clock,
  ) {}

  /** False once this person's contacts were told often enough. */
  async mayTell(session: ClientSession, requester: Types.ObjectId): Promise<boolean> {
    const since = later(this.clock.now(), -DAY);
    return (await this.jobs.toldSince(session, requester, since)) < SOS_TOLD_A_DAY;
  }

  /** Counts an alarm to an address. @returns false once it got enough today. */
  async count(session: ClientSession, address: string): Promise<boolean> {
    const now = this.clock.now();
    const day = now.toISOString().slice(0, 10);
    const id = createHmac('sha256', this.config.accessKeys.signing)
      .update(`contact tally\0${day}\0${address.toLowerCase()}`)
      .digest('base64url');
    const tally = await this.tallies.collection.findOneAndUpdate(
      { _id: id as never },
      { $inc: { count: 1 }, $setOnInsert: { expiresAt: later(now, 2 * DAY) } },
      { session, upsert: true, returnDocument: 'after' },
    );
    return Number(tally?.count) <= ALARMS_AN_ADDRESS_A_DAY;
  }
}
