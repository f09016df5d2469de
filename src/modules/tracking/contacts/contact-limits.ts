import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { Clock, DAY, later } from '../../../common/time/clock';
import { ALARM, ContactJobs } from '../../emergencies/contact-jobs';
import { AddressTallies } from '../../notifications/deliveries/address-tallies';
import { DeliveryRecords } from '../../notifications/deliveries/delivery-records';

/** By how many SOS in 24 hours one person's alarms reach contacts who had none from them before. */
export const SOS_TOLD_A_DAY = 5;
/** How many alarms one address gets in a day (UTC), whoever raises them; see `of` for who is told nevertheless. */
export const ALARMS_AN_ADDRESS_A_DAY = 10;
/** Whom somebody named so long ago is their contact, and not an address that came to their mind. */
const LONG_NAMED_MS = DAY;

/** One way to one contact. */
interface Way {
  contact: Types.ObjectId;
  address: string;
}

/**
 * Threat: anybody's address can be named as a contact's, and an SOS be raised and taken back all day. Nobody's telephone is to be
 * flooded by way of us. And nobody is to be kept from an SOS by what others, or they themselves, raised before.
 */
@Injectable()
export class ContactLimits {
  constructor(
    private readonly jobs: ContactJobs,
    private readonly records: DeliveryRecords,
    private readonly tallies: AddressTallies,
    private readonly clock: Clock,
  ) {}

  /**
   * Inside the transaction that tells the contacts of one SOS: counts an alarm, and says whether it goes out.
   *
   * - After five SOS in a day no further strangers are told; who was told by this person before is.
   * - After ten alarms in a day an address gets no more, but for the first of the day by each person who named it long before:
   *   others must not be able to use up what it gets.
   */
  async of(
    session: ClientSession,
    requester: Types.ObjectId,
  ): Promise<(way: Way) => Promise<boolean>> {
    const now = this.clock.now();
    const since = later(now, -DAY);
    const fresh = (await this.jobs.toldSince(session, requester, since)) < SOS_TOLD_A_DAY;
    const told = await this.records.contactsTold(requester, ALARM, since, session);
    return async ({ contact, address }) => {
      if (!fresh && !told.has(contact.toHexString())) return false;
      const whoever = await this.tallies.count('alarm', address, session);
      const own = await this.tallies.count(`alarm ${requester.toHexString()}`, address, session);
      const longNamed = contact.getTimestamp() <= later(now, -LONG_NAMED_MS);
      return whoever <= ALARMS_AN_ADDRESS_A_DAY || (own === 1 && longNamed);
    };
  }
}
