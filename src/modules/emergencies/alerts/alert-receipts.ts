import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AnyBulkWriteOperation } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Clock } from '../../../common/time/clock';
import { Alert, type AlertStatus } from '../schemas/alert.schema';

/** How long receipts are gathered: one write for each would cost more than the SOS itself (docs/design.md). */
const GATHER_MS = 20;

interface Receipt {
  attempt: number;
  sentAt: Date | null;
  deliveredAt: Date | null;
}

/**
 * Notes that alerts went out and arrived, in small batches. Monotone by filter: a receipt that comes late, or belongs to
 * an earlier attempt, overwrites nothing.
 */
@Injectable()
export class AlertReceipts implements OnModuleDestroy {
  private readonly logger = new Logger(AlertReceipts.name);
  private gathered = new Map<string, Receipt>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    private readonly clock: Clock,
  ) {}

  /** The alert went out to a socket of its helper. */
  sent(alert: Types.ObjectId, attempt: number): void {
    const receipt = this.receipt(alert, attempt);
    receipt.sentAt ??= this.clock.now();
  }

  /** A device of the helper acknowledged it. */
  delivered(alert: Types.ObjectId, attempt: number): void {
    const receipt = this.receipt(alert, attempt);
    receipt.deliveredAt ??= this.clock.now();
  }

  /**
   * The helper looked at it.
   *
   * @returns false when this helper has no alert of this emergency.
   */
  async seen(emergency: Types.ObjectId, helper: Types.ObjectId): Promise<boolean> {
    await this.flush();
    const now = this.clock.now();
    const { matchedCount } = await this.alerts.collection.updateOne(
      { emergency, helper, status: { $in: ['queued', 'sent', 'delivered'] } },
      { $set: { status: 'seen', seenAt: now } },
    );
    return matchedCount === 1 || (await this.alerts.exists({ emergency, helper })) !== null;
  }

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  /** Writes what was gathered until now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.gathered;
    this.gathered = new Map();
    if (batch.size > 0) this.writing = this.writing.then(() => this.write(batch));
    await this.writing;
  }

  private receipt(alert: Types.ObjectId, attempt: number): Receipt {
    const key = alert.toHexString();
    const known = this.gathered.get(key);
    if (known && known.attempt >= attempt) return known;
    const fresh: Receipt = { attempt, sentAt: null, deliveredAt: null };
    this.gathered.set(key, fresh);
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
    return fresh;
  }

  private async write(batch: Map<string, Receipt>): Promise<void> {
    try {
      await this.alerts.collection.bulkWrite([...batch].map(toUpdate), { ordered: false });
    } catch (error) {
      // Without its receipt an alert counts as not delivered, and is sent again when the helper connects.
      this.logger.warn(`${batch.size} receipts could not be written: ${String(error)}`);
    }
  }
}

function toUpdate([id, receipt]: [string, Receipt]): AnyBulkWriteOperation {
  const { attempt, sentAt, deliveredAt } = receipt;
  const status: AlertStatus = deliveredAt ? 'delivered' : 'sent';
  const from: AlertStatus[] = deliveredAt ? ['queued', 'sent'] : ['queued'];
  return {
    updateOne: {
      filter: { _id: new Types.ObjectId(id), attempt, status: { $in: from } },
      update: {
        $set: {
          status,
          ...(sentAt ? { sentAt } : {}),
          ...(deliveredAt ? { deliveredAt } : {}),
        },
      },
    },
  };
}
