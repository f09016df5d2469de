import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { MongoServerError } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Batcher } from '../../common/batch/batcher';
import { toGeoPoint } from '../../common/geo/geo';
import { SECOND } from '../../common/time/clock';
import { User } from './schemas/user.schema';
import type { LocationFix } from './user-lifecycle';

interface Report {
  user: Types.ObjectId;
  fix: LocationFix;
  at: Date;
}

/** Somebody's reports always take the same lane, so that no older one replaces a newer. */
const LANES = 4;
const LARGEST_BATCH = 200;
/** A document that a transaction holds keeps the others of its batch waiting: for no longer than this. */
const BATCH_LIMIT_MS = SECOND;

/**
 * Stores where people are: by far the most frequent write. Reports that come while others are being written go together in
 * one command, for half the cost each (docs/performance.md); one that comes alone waits for nobody.
 */
@Injectable()
export class PositionWriter {
  private readonly logger = new Logger(PositionWriter.name);
  private readonly lanes = Array.from(
    { length: LANES },
    () => new Batcher<Report, boolean>((reports) => this.writeAll(reports), LARGEST_BATCH),
  );

  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** @returns false when there is no such account, or it is erased. */
  async write(user: Types.ObjectId, fix: LocationFix, at: Date): Promise<boolean> {
    const lane = this.lanes[(user.id.at(-1) ?? 0) % LANES];
    return (await lane?.add({ user, fix, at })) ?? false;
  }

  private async writeAll(reports: Report[]): Promise<(boolean | Promise<boolean>)[]> {
    // Of several by one person the last counts.
    const latest = new Map(reports.map((report) => [report.user.toHexString(), report]));
    const operations = [...latest.values()].map(operation);
    try {
      const { matchedCount } = await this.users.collection.bulkWrite(operations, {
        ordered: false,
        maxTimeMS: BATCH_LIMIT_MS,
      });
      if (matchedCount === operations.length) return reports.map(() => true);
    } catch (error) {
      // Without a primary there is nothing to be tried again here.
      if (!(error instanceof MongoServerError)) throw error;
      this.logger.warn(`Positions are written one by one: ${error.message}`);
    }
    // Somebody is missing, or held by a transaction: each goes on alone, and the lane with the next.
    const alone = new Map([...latest].map(([id, report]) => [id, this.writeOne(report)]));
    return reports.map(({ user }) => alone.get(user.toHexString()) ?? false);
  }

  /** Those of one person that go alone may overtake each other: an older one never replaces a newer. */
  private async writeOne(report: Report): Promise<boolean> {
    const { filter, update } = operation(report).updateOne;
    const { matchedCount } = await this.users.collection.updateOne(
      { ...filter, locationUpdatedAt: { $not: { $gt: report.at } } },
      update,
    );
    if (matchedCount === 1) return true;
    return (await this.users.collection.findOne(filter, { projection: { _id: 1 } })) !== null;
  }
}

function operation({ user, fix, at }: Report) {
  const { latitude, longitude, accuracyMeters } = fix;
  const update = {
    $set: {
      location: toGeoPoint({ latitude, longitude }),
      locationAccuracyMeters: accuracyMeters,
      locationUpdatedAt: at,
    },
  };
  return { updateOne: { filter: { _id: user, status: { $ne: 'erased' } }, update } };
}
