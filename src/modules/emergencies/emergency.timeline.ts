import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import { AuditLog } from '../audit/audit-log';
import { EventLog } from '../events/event-log';
import { UsersService } from '../users/users.service';
import { AlertQueries } from './alerts/alert-queries';
import type { TimelineEventDto } from './dto/timeline-event.dto';
import type { TimelineQuery } from '../events/dto/timeline.query';
import { viewerOf } from './emergency.access';
import { peopleInEvent, timelineEvent } from './events/event.view';
import { Emergency } from './schemas/emergency.schema';

/** More than any emergency has; a client that is further behind asks again from the last it got. */
const CATCH_UP_LIMIT = 1000;

interface Right {
  emergency: Emergency;
  /** Where the viewer's right to see ends; null for no end. */
  upToSeq: number | null;
  anonymous: boolean;
}

/** The timeline of an emergency, for participants: all of it, or up to the point where they left. */
@Injectable()
export class EmergencyTimeline {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly alerts: AlertQueries,
    private readonly events: EventLog,
    private readonly users: UsersService,
    private readonly audit: AuditLog,
  ) {}

  /** One page, oldest first. */
  async page(
    actor: Actor,
    id: Types.ObjectId,
    query: TimelineQuery,
  ): Promise<Page<TimelineEventDto>> {
    const right = await this.right(actor, id);
    const after = query.cursor ? Number(decodeCursor(query.cursor, ['number'])[0]) : query.afterSeq;
    const events = await this.read(right, after, query.limit + 1);
    return toPage(
      events,
      query.limit,
      ({ seq }) => [seq ?? 0],
      (event) => event,
    );
  }

  /** What a client missed, in order, and the number of the last event that it may know of. */
  async catchUp(
    actor: Actor,
    id: Types.ObjectId,
    afterSeq: number,
  ): Promise<{ events: TimelineEventDto[]; seq: number }> {
    const right = await this.right(actor, id);
    const events = await this.read(right, afterSeq, CATCH_UP_LIMIT);
    return { events, seq: right.upToSeq ?? right.emergency.seq };
  }

  private async read(
    { emergency, upToSeq, anonymous }: Right,
    afterSeq: number,
    limit: number,
  ): Promise<TimelineEventDto[]> {
    const records = await this.events.timeline(
      'emergency',
      emergency._id,
      afterSeq,
      limit,
      // The right was read before the events: whoever has left in between has no right to what came after.
      upToSeq ?? emergency.seq,
    );
    const people = await this.users.publicNames(records.flatMap(peopleInEvent));
    return records.map((record) => timelineEvent(record, { people, anonymous }));
  }

  /**
   * Also somebody who was sent away may fetch what happened until then: their client must learn that they were.
   *
   * @throws DomainError NOT_FOUND for strangers, FORBIDDEN for who was alerted and never accepted.
   */
  private async right(actor: Actor, id: Types.ObjectId): Promise<Right> {
    const emergency = await this.emergencies.findById(id).lean<Emergency>();
    if (!emergency) throw notFound('This emergency');
    const viewer = viewerOf(actor, emergency, await this.alerts.row(id, actor.id));
    if (viewer?.role === 'moderator') await this.audit.access(actor, 'emergency.timeline', id);
    const anonymous = emergency.anonymous && viewer?.role !== 'moderator';
    if (viewer && viewer.role !== 'alerted') return { emergency, upToSeq: null, anonymous };
    const left = emergency.responses.find(({ helper }) => helper.equals(actor.id));
    if (left) return { emergency, upToSeq: left.leftSeq, anonymous };
    if (!viewer) throw notFound('This emergency');
    throw new DomainError('FORBIDDEN', 'Accept the alert first: the timeline is for participants.');
  }
}
