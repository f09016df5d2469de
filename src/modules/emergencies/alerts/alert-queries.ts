import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Alert, type AlertStatus, ALERT_STATUSES, PENDING_ALERT } from '../schemas/alert.schema';

export type AlertCounts = Record<AlertStatus, number>;

export function noAlerts(): AlertCounts {
  return Object.fromEntries(ALERT_STATUSES.map((status) => [status, 0])) as AlertCounts;
}

/** Reads the ledger of alerts. */
@Injectable()
export class AlertQueries {
  constructor(@InjectModel(Alert.name) private readonly alerts: Model<Alert>) {}

  /** How many rows of each emergency stand in each status, by its id in hexadecimal. */
  async countsOf(emergencies: Types.ObjectId[]): Promise<Map<string, AlertCounts>> {
    const counts = new Map(emergencies.map((id) => [id.toHexString(), noAlerts()]));
    if (emergencies.length === 0) return counts;
    const groups = await this.alerts.aggregate<{
      _id: { emergency: Types.ObjectId; status: AlertStatus };
      count: number;
    }>([
      { $match: { emergency: { $in: emergencies } } },
      {
        $group: { _id: { emergency: '$emergency', status: '$status' }, count: { $sum: 1 } },
      },
    ]);
    for (const { _id, count } of groups) {
      const row = counts.get(_id.emergency.toHexString());
      if (row) row[_id.status] = count;
    }
    return counts;
  }

  rows(emergency: Types.ObjectId): Promise<Alert[]> {
    return this.alerts.find({ emergency }).sort({ wave: 1, rank: 1 }).lean<Alert[]>();
  }

  row(emergency: Types.ObjectId, helper: Types.ObjectId): Promise<Alert | null> {
    return this.alerts.findOne({ emergency, helper }).lean<Alert>();
  }

  rowsOf(helper: Types.ObjectId, emergencies: Types.ObjectId[]): Promise<Alert[]> {
    return this.alerts.find({ helper, emergency: { $in: emergencies } }).lean<Alert[]>();
  }

  /** A helper's unanswered alerts, nearest first. */
  pendingOf(
    helper: Types.ObjectId,
    limit: number,
    after?: { distanceMeters: number; id: Types.ObjectId },
  ): Promise<Alert[]> {
    return this.alerts
      .find({
        helper,
        status: { $in: PENDING_ALERT },
        ...(after
          ? {
              $or: [
                { distanceMeters: { $gt: after.distanceMeters } },
                { distanceMeters: after.distanceMeters, _id: { $gt: after.id } },
              ],
            }
          : {}),
      })
      .sort({ distanceMeters: 1, _id: 1 })
      .limit(limit)
      .lean<Alert[]>();
  }
}
