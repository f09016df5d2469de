import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { type Change, ChangeFeed } from '../../events/change-feed';
import { EventRelay } from '../../events/event-relay';
import type { EventRecord } from '../../events/schemas/event.schema';
import { LiveSockets, userRoom } from '../../sockets/live-sockets';
import { AlertQueries } from '../alerts/alert-queries';
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
  private changedEmergencies = new Map<string, Types.ObjectId>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly alertRows: AlertQueries,
    private readonly feed: ChangeFeed,
    private readonly relay: EventRelay,
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
    // New rows change the counts too; their wave's event stands for all of them.
    this.feed.subscribe({
      collection: 'events',
      match: { operationType: 'insert', 'fullDocument.type': 'emergency.alerted' },
      onChange: (change) => this.waveAdded(change),
    });
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /** In order with the events of the emergency: who left before a position was written does not get it. */
  private moved(change: Change): void {
    if (change.operationType !== 'insert' && change.operationType !== 'replace') return;
    const position = change.fullDocument as unknown as Position;
    void this.relay.inOrder('emergency', position.emergency, async () => this.show(position));
  }

  private show(position: Position): void {
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
    this.sendCountsSoon();
  }

  private waveAdded(change: Change): void {
    if (change.operationType !== 'insert') return;
    const { type, subject } = change.fullDocument as EventRecord;
    if (type !== 'emergency.alerted') return;
    this.changedEmergencies.set(subject.toHexString(), subject);
    this.sendCountsSoon();
  }

  private sendCountsSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sendCounts().catch((error: unknown) => this.logger.warn(String(error)));
    }, COUNTS_EVERY_MS);
  }

  private async sendCounts(): Promise<void> {
    const alerts = [...this.changedAlerts.values()];
    const emergencies = [...this.changedEmergencies.values()];
    this.changedAlerts = new Map();
    this.changedEmergencies = new Map();
    if (this.sockets.all().length === 0) return;
    const ids = [
      ...emergencies,
      ...(await this.alerts.distinct('emergency', { _id: { $in: alerts } })),
    ];
    const changed = await this.emergencies
      .find({ _id: { $in: ids } }, { requester: 1 })
      .lean<Pick<Emergency, '_id' | 'requester'>[]>();
    const watched = changed.filter(({ requester }) => this.sockets.hasMembers(userRoom(requester)));
    const counts = await this.alertRows.countsOf(watched.map(({ _id }) => _id));
    for (const { _id, requester } of watched) {
      this.sockets.emit([userRoom(requester)], 'alerts.updated', {
        id: new Types.ObjectId().toHexString(),
        kind: 'emergency',
        subjectId: _id.toHexString(),
        seq: null,
        at: new Date().toISOString(),
        data: counts.get(_id.toHexString()),
      });
    }
  }
}
