import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, ObjectId } from 'mongodb';
import type { Model } from 'mongoose';
import { Clock, DAY, later, SECOND } from '../../../common/time/clock';
import { Emergency } from '../schemas/emergency.schema';

/** Of how many SOS of one person in 24 hours helpers get short messages; of more they hear by socket, push and inbox. */
export const ALERT_TEXTS_A_DAY = 10;

/** Threat: each SOS that is raised and taken back some seconds later would be fifty short messages. */
@Injectable()
export class AlertTexts {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction that escalates: whether an SOS may be texted about, which counts it. Once it may, it always may. */
  async admit(
    session: ClientSession,
    { _id, requester, textedAt }: Pick<Emergency, '_id' | 'requester' | 'textedAt'>,
  ): Promise<boolean> {
    if (textedAt) return true;
    const now = this.clock.now();
    const since = Math.floor(later(now, -DAY).getTime() / SECOND);
    const others = await this.emergencies.collection.countDocuments(
      { requester, _id: { $gte: ObjectId.createFromTime(since) }, textedAt: { $exists: true } },
      { session, limit: ALERT_TEXTS_A_DAY },
    );
    if (others >= ALERT_TEXTS_A_DAY) return false;
    await this.emergencies.collection.updateOne({ _id }, { $set: { textedAt: now } }, { session });
    return true;
  }
}
