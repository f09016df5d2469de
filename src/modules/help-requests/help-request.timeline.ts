import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError } from '../../common/errors/domain-error';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import { EventLog } from '../events/event-log';
import { UsersService } from '../users/users.service';
import type { HelpEventDto } from './dto/timeline.dto';
import type { TimelineQuery } from '../events/dto/timeline.query';
import { peopleInEvent, timelineEvent } from './events/help-request-event.view';
import { HelpRequestAccess, type SeenRequest } from './help-request.access';

/** The timeline of a request, for its requester, the chosen helper and moderators; for who gave up, until then. */
@Injectable()
export class HelpRequestTimeline {
  constructor(
    private readonly access: HelpRequestAccess,
    private readonly events: EventLog,
    private readonly users: UsersService,
  ) {}

  /**
   * One page, oldest first.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who was never chosen, INVALID_CURSOR.
   */
  async page(actor: Actor, id: Types.ObjectId, query: TimelineQuery): Promise<Page<HelpEventDto>> {
    const seen = await this.access.see(actor, id);
    const after = query.cursor ? Number(decodeCursor(query.cursor, ['number'])[0]) : query.afterSeq;
    const records = await this.events.timeline(
      'help_request',
      id,
      after,
      query.limit + 1,
      lastSeq(seen),
    );
    const people = await this.users.publicNames(records.flatMap(peopleInEvent));
    const viewer = {
      id: actor.id,
      knowsHelpers: isStaff(actor) || seen.viewer.role === 'requester',
      people,
    };
    return toPage(
      records,
      query.limit,
      ({ seq }) => [seq ?? 0],
      (record) => timelineEvent(record, viewer),
    );
  }
}

/** Where the viewer's right to see ends: read with the request, so that what came after it is not shown by accident. */
function lastSeq({ request, viewer: { role, offer } }: SeenRequest): number {
  if (role === 'requester' || role === 'chosen_helper' || role === 'moderator') return request.seq;
  if (offer?.leftSeq) return offer.leftSeq;
  throw new DomainError(
    'FORBIDDEN',
    'The timeline is for the requester and the chosen helper of this request.',
  );
}
