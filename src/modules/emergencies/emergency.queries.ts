import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import type { RequesterProfile } from '../users/helper-directory';
import { AuditLog } from '../audit/audit-log';
import { UsersService } from '../users/users.service';
import { AlertAttempts } from './escalation/alert-attempts';
import { AlertQueries, noAlerts } from './alerts/alert-queries';
import type { ListEmergenciesQuery } from './dto/list-emergencies.query';
import type { AlertLedgerDto, PendingAlertDto } from './dto/alert.view.dto';
import type { EmergencyDto } from './dto/emergency.view.dto';
import { EmergencyAccess, type Seen, type Viewer, viewerOf } from './emergency.access';
import { alertRowView, emergencyView, peopleIn } from './emergency.view';
import type { Alert } from './schemas/alert.schema';
import { Emergency } from './schemas/emergency.schema';

const AS_REQUESTER: Viewer = { role: 'requester', alert: null, response: null };

export interface AlertedView {
  alert: Alert;
  emergency: EmergencyDto;
}

/** Reads emergencies, each as the caller may see it. */
@Injectable()
export class EmergencyQueries implements ReplayView {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly access: EmergencyAccess,
    private readonly alertRows: AlertQueries,
    private readonly users: UsersService,
    private readonly audit: AuditLog,
    private readonly attempts: AlertAttempts,
  ) {}

  /** A repeated action shows the emergency as the caller may see it now: leaving ended what they could see before. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<EmergencyDto> {
    return this.view(actor, new Types.ObjectId(id));
  }

  /** @throws DomainError NOT_FOUND for strangers. */
  async view(actor: Actor, id: Types.ObjectId): Promise<EmergencyDto> {
    const seen = await this.access.see(actor, id);
    await this.recordLooks(actor, [seen]);
    return this.show(seen);
  }

  /** One emergency whose viewer is known, with names and counts where that viewer may see them. */
  async show(seen: Seen): Promise<EmergencyDto> {
    return (await this.viewsOf([seen]))(seen);
  }

  /** Reads the names and counts that the views of these need, once for all; the views are then built from memory. */
  private async viewsOf(seen: Seen[]): Promise<(one: Seen) => EmergencyDto> {
    const named = seen.filter(({ viewer }) => viewer.role !== 'alerted');
    const counted = named.filter(({ viewer }) => viewer.role !== 'responder');
    const people = await this.users.publicNames(
      named.flatMap(({ emergency }) => peopleIn(emergency)),
    );
    const counts = await this.alertRows.countsOf(counted.map(({ emergency }) => emergency._id));
    return ({ emergency, viewer }) =>
      emergencyView(emergency, viewer, people, counts.get(emergency._id.toHexString()) ?? null);
  }

  /** An SOS that was just written, to its requester: all of it is known already, so nothing is read. */
  showRaised(emergency: Emergency, profile: RequesterProfile, alerts: number): EmergencyDto {
    const people = new Map([
      [
        emergency.requester.toHexString(),
        { displayName: profile.displayName, phone: profile.phone, trustScore: 0 },
      ],
    ]);
    return emergencyView(emergency, AS_REQUESTER, people, { ...noAlerts(), queued: alerts });
  }

  /** The requester's live emergency, or null. */
  async active(actor: Actor): Promise<EmergencyDto | null> {
    const emergency = await this.emergencies
      .findOne({ requester: actor.id, live: true })
      .lean<Emergency>();
    const viewer = emergency && viewerOf(actor, emergency, null);
    return emergency && viewer ? this.show({ emergency, viewer }) : null;
  }

  /** What the caller raised or answered, newest first. */
  async list(actor: Actor, query: ListEmergenciesQuery): Promise<Page<EmergencyDto>> {
    const mine: QueryFilter<Emergency>[] = [
      ...(query.as === 'helper' ? [] : [{ requester: actor.id }]),
      ...(query.as === 'requester' ? [] : [{ 'responses.helper': actor.id }]),
    ];
    const rows = await this.emergencies
      .find({
        $or: mine,
        ...(query.status ? { status: query.status } : {}),
        ...(query.cursor ? { _id: { $lt: cursorId(query.cursor) } } : {}),
      })
      .sort({ _id: -1 })
      .limit(query.limit + 1)
      .lean<Emergency[]>();
    const page = toPage(
      rows,
      query.limit,
      ({ _id }) => [_id.toHexString()],
      (row) => row,
    );
    const alerts = await this.alertRows.rowsOf(
      actor.id,
      page.items.map(({ _id }) => _id),
    );
    const seen = page.items.flatMap((emergency) => {
      const alert = alerts.find((row) => row.emergency.equals(emergency._id)) ?? null;
      const viewer = viewerOf(actor, emergency, alert);
      return viewer ? [{ emergency, viewer }] : [];
    });
    await this.recordLooks(actor, seen);
    return { items: seen.map(await this.viewsOf(seen)), nextCursor: page.nextCursor };
  }

  /** Staff who take no part see the exact place by their office alone. */
  private async recordLooks(actor: Actor, seen: Seen[]): Promise<void> {
    for (const { emergency, viewer } of seen) {
      if (viewer.role !== 'moderator') continue;
      await this.audit.access(actor, 'emergency.place', emergency._id);
    }
  }

  /** A helper's unanswered alerts, nearest first. */
  async pendingAlerts(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<PendingAlertDto>> {
    const [distance, id] = cursor ? decodeCursor(cursor, ['number', 'id']) : [];
    const rows = await this.alertRows.pendingOf(
      actor.id,
      limit + 1,
      cursor ? { distanceMeters: Number(distance), id: new Types.ObjectId(String(id)) } : undefined,
    );
    const page = toPage(
      rows,
      limit,
      (row) => [row.distanceMeters, row._id.toHexString()],
      (row) => row,
    );
    const items = (await this.alertedViews(page.items)).map(({ alert, emergency }) => ({
      ...alertRowView(alert, new Map()),
      emergency,
    }));
    return { items, nextCursor: page.nextCursor };
  }

  /** The same for the sockets of a helper who connects. */
  async unansweredAlerts(helper: Types.ObjectId, limit: number): Promise<AlertedView[]> {
    return this.alertedViews(await this.alertRows.pendingOf(helper, limit));
  }

  /** The ledger of an emergency, for its requester and moderators. */
  async alerts(actor: Actor, id: Types.ObjectId): Promise<AlertLedgerDto> {
    const { viewer } = await this.access.seeAs(actor, id, ['requester', 'moderator']);
    // Rounded distances to known helpers: with the place they tell where those are.
    if (viewer.role === 'moderator') await this.audit.access(actor, 'emergency.alerts', id);
    const rows = await this.alertRows.rows(id);
    const counts = noAlerts();
    for (const { status } of rows) counts[status] += 1;
    const accepted = rows.filter(({ status }) => status === 'accepted');
    const people = await this.users.publicNames(accepted.map(({ helper }) => helper));
    const attempts = await this.attempts.of(id);
    const items = rows.map((row) => ({
      ...alertRowView(row, people),
      attempts: attempts(row),
    }));
    return { counts, items, contacts: await this.attempts.toContacts(id) };
  }

  /** What the requester sees, for telling their own sockets; null when it does not exist. */
  async viewForRequester(id: Types.ObjectId): Promise<EmergencyDto | null> {
    const emergency = await this.emergencies.findById(id).lean<Emergency>();
    return emergency && this.show({ emergency, viewer: AS_REQUESTER });
  }

  /** The live emergencies that a user raised or answered; whether they take part in each still is another question. */
  async liveEmergenciesOf(actor: Actor): Promise<Types.ObjectId[]> {
    const rows = await this.emergencies
      .find(
        { live: true, $or: [{ requester: actor.id }, { 'responses.helper': actor.id }] },
        { _id: 1 },
      )
      .lean<Emergency[]>();
    return rows.map(({ _id }) => _id);
  }

  /** True while somebody is in the room of a live emergency by right. */
  async isParticipant(actor: Actor, id: Types.ObjectId): Promise<boolean> {
    const emergency = await this.emergencies.findOne({ _id: id, live: true }).lean<Emergency>();
    const role = emergency && viewerOf(actor, emergency, null)?.role;
    return role === 'requester' || role === 'responder';
  }

  private async alertedViews(alerts: Alert[]): Promise<AlertedView[]> {
    const emergencies = await this.emergencies
      .find({ _id: { $in: alerts.map(({ emergency }) => emergency) }, live: true })
      .lean<Emergency[]>();
    return alerts.flatMap((alert) => {
      const emergency = emergencies.find(({ _id }) => _id.equals(alert.emergency));
      if (!emergency) return [];
      const viewer = { role: 'alerted', alert, response: null } as const;
      return [{ alert, emergency: emergencyView(emergency, viewer, new Map(), null) }];
    });
  }
}

function cursorId(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
