import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { type Change, ChangeFeed } from '../../events/change-feed';
import { LiveSockets, userRoom } from '../../sockets/live-sockets';
import { AlertLedger } from '../alerts/alert-ledger';
import { Alert } from '../schemas/alert.schema';
import { Emergency } from '../schemas/emergency.schema';
import { parsePositionId, Position } from '../schemas/position.schema';
import { emergencyRoom } from './emergency-delivery';

/** Counts change fifty at a time when a wave arrives; the requester is told at most this often. */
const COUNTS_EVERY_MS = 150;

/**
 * What is live but no event: positions for the room, alert counts for the requester. Only the latest matters, so it
 * rides the change stream without a record of its own.
 */
@Injectable()
export class LiveUpdates implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(LiveUpdates.name);
  private changedAlerts = new Map<string, Types.ObjectId>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly ledger: AlertLedger,
    private readonly feed: ChangeFeed,
    private readonly sockets: LiveSockets,
  ) {}

  onModuleInit(): void {
    this.feed.subscribe({
      collection: 'positions',
      match: { operationType: { $in: ['insert', 'replace'] } },
      onChange: (change) => this.moved(change),
    });
    this.feed.subscribe({
      collection: 'alerts',
      match: {
        operationType: 'update',
        'updateDescription.updatedFields.status': { $exists: true },
      },
      onChange: (change) => this.alertChanged(change),
    });
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private moved(change: Change): void {
    if (change.operationType !== 'insert' && change.operationType !== 'replace') return;
    const position = change.fullDocument as unknown as Position;
    const { emergencyId, userId, role } = parsePositionId(position._id);
    const room = emergencyRoom(emergencyId);
    if (!this.sockets.hasMembers(room)) return;
    const [longitude, latitude] = position.point.coordinates;
    const at = position.updatedAt.toISOString();
    this.sockets.emit([room], 'location.updated', {
      // The requester may be anonymous, and there is only one: the role says enough.
      id: `${emergencyId}:${role === 'requester' ? role : userId}:${position.updatedAt.getTime()}`,
      kind: 'emergency',
      subjectId: emergencyId,
      seq: null,
      at,
      data: {
        ...(role === 'requester' ? { role } : { userId, role }),
        location: { latitude, longitude, accuracyMeters: position.accuracyMeters, updatedAt: at },
      },
    });
  }

  private alertChanged(change: Change): void {
    if (change.operationType !== 'update') return;
    const { _id: id } = change.documentKey as { _id: Types.ObjectId };
    this.changedAlerts.set(id.toHexString(), id);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sendCounts().catch((error: unknown) => this.logger.warn(String(error)));
    }, COUNTS_EVERY_MS);
  }

  private async sendCounts(): Promise<void> {
    const changed = [...this.changedAlerts.values()];
    this.changedAlerts = new Map();
    if (this.sockets.all().length === 0) return;
    const ids = await this.alerts.distinct('emergency', { _id: { $in: changed } });
    const emergencies = await this.emergencies
      .find({ _id: { $in: ids } }, { requester: 1 })
      .lean<Pick<Emergency, '_id' | 'requester'>[]>();
    for (const { _id, requester } of emergencies) {
      if (!this.sockets.hasMembers(userRoom(requester))) continue;
      this.sockets.emit([userRoom(requester)], 'alerts.updated', {
        id: new Types.ObjectId().toHexString(),
        kind: 'emergency',
        subjectId: _id.toHexString(),
        seq: null,
        at: new Date().toISOString(),
        data: await this.ledger.counts(_id),
      });
    }
  }
}
