import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type AnyBulkWriteOperation, type ClientSession, MongoBulkWriteError } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { randomInt } from 'node:crypto';
import { Clock, DAY, later, SECOND } from '../../../common/time/clock';
import { PromotionCount } from '../schemas/promotion-count.schema';
import { KEPT_AFTER_END_MS, LONGEST_PROMOTION_MS } from './promotion.rules';

/** How long a node counts in memory. What it had not written is lost when it is killed, not when it stops. */
const GATHER_MS = 2 * SECOND;
/** Rows of a promotion and day: nodes that write at the same instant seldom meet. */
const SHARDS = 8;
/** Longer than a promotion runs and is kept after its end. */
const KEPT_MS = LONGEST_PROMOTION_MS + KEPT_AFTER_END_MS + 14 * DAY;

/** How often a promotion was looked at. */
export interface Shown {
  views: number;
  clicks: number;
}

interface Gathered extends Shown {
  business: Types.ObjectId;
  promotion: Types.ObjectId;
  /** "YYYY-MM-DD", UTC. */
  day: string;
}

/**
 * Counts how often promotions are shown and clicked. Each node gathers in memory and adds to rows of its own choice every
 * two seconds, so a promotion that everybody looks at makes neither a hot document nor a write a view. Numbers alone are
 * kept, in memory too: who looked is stored nowhere.
 */
@Injectable()
export class PromotionCounts implements OnModuleDestroy {
  private readonly logger = new Logger(PromotionCounts.name);
  private gathered = new Map<string, Gathered>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    @InjectModel(PromotionCount.name) private readonly counts: Model<PromotionCount>,
    private readonly clock: Clock,
  ) {}

  viewed(business: Types.ObjectId, promotions: readonly Types.ObjectId[]): void {
    for (const promotion of promotions) this.row(business, promotion).views += 1;
  }

  clicked(business: Types.ObjectId, promotion: Types.ObjectId): void {
    this.row(business, promotion).clicks += 1;
  }

  /** What was written until now, by hexadecimal id of the promotion. */
  async totals(businesses: readonly Types.ObjectId[]): Promise<Map<string, Shown>> {
    if (businesses.length === 0) return new Map();
    const sums = await this.counts.aggregate<Shown & { _id: Types.ObjectId }>([
      { $match: { business: { $in: businesses } } },
      { $group: { _id: '$promotion', views: { $sum: '$views' }, clicks: { $sum: '$clicks' } } },
    ]);
    return new Map(sums.map(({ _id, views, clicks }) => [_id.toHexString(), { views, clicks }]));
  }

  /** Deletes the rows of businesses that are deleted. */
  async forget(session: ClientSession, businesses: readonly Types.ObjectId[]): Promise<void> {
    await this.counts.collection.deleteMany({ business: { $in: [...businesses] } }, { session });
  }

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  /** Writes what was gathered until now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = [...this.gathered.values()];
    this.gathered = new Map();
    if (batch.length > 0) this.writing = this.writing.then(() => this.write(batch));
    await this.writing;
  }

  private row(business: Types.ObjectId, promotion: Types.ObjectId): Gathered {
    const day = this.clock.now().toISOString().slice(0, 10);
    const key = `${promotion.toHexString()}:${day}`;
    const row = this.gathered.get(key) ?? { business, promotion, day, views: 0, clicks: 0 };
    this.gathered.set(key, row);
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
    return row;
  }

  private async write(batch: Gathered[]): Promise<void> {
    try {
      await this.counts.collection.bulkWrite(batch.map(toUpdate) as never, { ordered: false });
    } catch (error) {
      const failed = error instanceof MongoBulkWriteError ? rejected(error, batch) : batch;
      this.logger.warn(`${failed.length} counts are written later: ${String(error)}`);
      for (const { business, promotion, views, clicks } of failed) {
        const row = this.row(business, promotion);
        row.views += views;
        row.clicks += clicks;
      }
    }
  }
}

function toUpdate({ business, promotion, day, views, clicks }: Gathered): AnyBulkWriteOperation {
  return {
    updateOne: {
      // The business is in it for whoever shards by it (docs/operations.md).
      filter: {
        _id: `${promotion.toHexString()}:${day}:${randomInt(SHARDS)}` as never,
        business,
      },
      update: {
        $inc: { views, clicks },
        $setOnInsert: { promotion, expiresAt: later(new Date(day), KEPT_MS) },
      },
      upsert: true,
    },
  };
}

/** Those that the database refused, such as an upsert that met another; the others are written. */
function rejected(error: MongoBulkWriteError, batch: Gathered[]): Gathered[] {
  const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return errors.flatMap(({ index }) => batch[index] ?? []);
}
