import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { Emergency } from '../schemas/emergency.schema';

/** A node that claims a wave has this long to commit it before another may. A wave takes well under a second. */
const LEASE_MS = 10 * SECOND;

/** The two kinds of waves, by the field that says when the next one is due. */
export type DueWave = 'dispatch.nextAt' | 'dispatch.members.dueAt';

export interface ClaimedWave {
  emergency: Emergency;
  token: string;
}

/** One lease an emergency, whichever wave it is for: no two waves of it are under way at once. */
@Injectable()
export class WaveLeases {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly clock: Clock,
  ) {}

  /** Takes the lease of a due wave with one conditional update: of one emergency, or of the one that has waited longest. */
  async claim(due: DueWave, id?: Types.ObjectId): Promise<ClaimedWave | null> {
    const now = this.clock.now();
    const token = randomUUID();
    const emergency = await this.emergencies
      .findOneAndUpdate(
        {
          live: true,
          [due]: { $lte: now },
          ...(id ? { _id: id } : {}),
          $or: [{ 'dispatch.lease': null }, { 'dispatch.lease.until': { $lte: now } }],
        },
        { $set: { 'dispatch.lease': { token, until: later(now, LEASE_MS) } } },
        { sort: { [due]: 1 }, returnDocument: 'after' },
      )
      .lean<Emergency>();
    return emergency ? { emergency, token } : null;
  }
}
