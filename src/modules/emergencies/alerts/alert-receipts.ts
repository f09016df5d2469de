import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AnyBulkWriteOperation } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Clock } from '../../../common/time/clock';
import { EmergencyMetrics } from '../metrics/emergency-metrics';
import { Alert, type AlertStatus } from '../schemas/alert.schema';

/** How long receipts are gathered: one write for each would cost more than the SOS itself (docs/design.md). */
const GATHER_MS = 20;

interface Receipt {
  attempt: number;
  sentAt: Date | null;
  deliveredAt: Date | null;
  queuedAt: Date | null;
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
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {}

  /** The alert went out to a socket of its helper. */
  sent(alert: Types.ObjectId, attempt: number): void {
    const receipt = this.receipt(alert, attempt);
    receipt.sentAt ??= this.clock.now();
  }

  /** A device of the helper acknowledged it. */
  delivered(alert: Types.ObjectId, attempt: number, queuedAt: Date): void {
    const receipt = this.receipt(alert, attempt);
    receipt.queuedAt = queuedAt;
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
    const alert = await this.alerts.collection.findOneAndUpdate(
      { emergency, helper, status: { $in: ['queued', 'sent', 'delivered'] } },
      { $set: { status: 'seen', seenAt: now } },
      { projection: { queuedAt: 1 } },
    );
    if (alert) this.metrics.alertSeen(alert.queuedAt as Date);
    return alert !== null || (await this.alerts.exists({ emergency, helper })) !== null;
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
    const fresh: Receipt = { attempt, sentAt: null, deliveredAt: null, queuedAt: null };
    this.gathered.set(key, fresh);
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
    return fresh;
  }

  private async write(batch: Map<string, Receipt>): Promise<void> {
    try {
      const { modifiedCount } = await this.alerts.collection.bulkWrite([...batch].map(toUpdate), {
        ordered: false,
      });
      await this.measure(batch, modifiedCount);
    } catch (error) {
      // Without its receipt an alert counts as not delivered, and is sent again when the helper connects.
      this.logger.warn(`${batch.size} receipts could not be written: ${String(error)}`);
    }
  }

  /**
   * Counts each alert as delivered once, whichever devices of the helper acknowledge it, on whatever node.
   *
   * @param written how many receipts were news. Where not all were, the rows tell whose.
   */
  private async measure(batch: Map<string, Receipt>, written: number): Promise<void> {
    const delivered = [...batch].filter(([, { deliveredAt }]) => deliveredAt !== null);
    if (delivered.length === 0 || written === 0) return;
    const times = written === batch.size ? undefined : await this.deliveryTimes(delivered);
    // Two nodes may have written the same millisecond: no more than what was news counts.
    let left = written;
    for (const [id, { queuedAt, deliveredAt }] of delivered) {
      if (!queuedAt || !deliveredAt || left === 0) continue;
      if (times && times.get(id) !== deliveredAt.getTime()) continue;
      this.metrics.alertDelivered(queuedAt, deliveredAt);
      left -= 1;
    }
  }

  private async deliveryTimes(receipts: [string, Receipt][]): Promise<Map<string, number>> {
    const rows = await this.alerts
      .find({ _id: { $in: receipts.map(([id]) => id) }, deliveredAt: { $ne: null } })
      .select({ deliveredAt: 1 })
      .lean<{ _id: Types.ObjectId; deliveredAt: Date }[]>();
    return new Map(rows.map(({ _id, deliveredAt }) => [_id.toHexString(), deliveredAt.getTime()]));
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
