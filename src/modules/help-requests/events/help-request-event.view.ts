import type { Types } from 'mongoose';
import type { EventRecord } from '../../events/schemas/event.schema';
import { socketEvent } from '../../events/socket-event';
import type { HelpEventDto } from '../dto/timeline.dto';
import { type People, personView } from '../help-request.view';
import type { HelpRequestEventData, HelpRequestEventType } from './help-request-events';

export interface HelpEventViewer {
  id: Types.ObjectId;
  /** The requester and moderators know who helped before; a helper knows of themselves alone. */
  knowsHelpers: boolean;
  people: People;
}

/** An event of the timeline as one person may see it. */
export function timelineEvent(event: EventRecord, viewer: HelpEventViewer): HelpEventDto {
  const { id, role } = event.actor;
  return {
    ...socketEvent(event, eventData(event, viewer)),
    type: event.type,
    actor: {
      id: role === 'helper' && !mayName(id, viewer) ? null : (id?.toHexString() ?? null),
      role,
    },
  };
}

/** The payload of an event that needs no other document. */
export function eventData(event: EventRecord, viewer: HelpEventViewer): unknown {
  switch (event.type as HelpRequestEventType) {
    case 'help_request.updated':
      return { fields: (event.data as HelpRequestEventData['help_request.updated']).fields };
    case 'help_request.accepted': {
      const data = event.data as unknown as HelpRequestEventData['help_request.accepted'];
      return {
        ...statusChange(event),
        ...(mayName(data.helper, viewer)
          ? { offerId: data.offer.toHexString(), helper: personView(data.helper, viewer.people) }
          : {}),
      };
    }
    case 'help_request.reopened': {
      const { helper } = event.data as unknown as HelpRequestEventData['help_request.reopened'];
      return {
        ...statusChange(event),
        ...(mayName(helper, viewer) ? { helper: personView(helper, viewer.people) } : {}),
      };
    }
    case 'help_request.done': {
      const { completionDueAt } = event.data as HelpRequestEventData['help_request.done'];
      return { completionDueAt: completionDueAt.toISOString() };
    }
    case 'help_request.created':
    case 'help_request.objected':
      return {};
    default:
      return statusChange(event);
  }
}

/** Helpers whom the payload of an event names. */
export function peopleInEvent(event: EventRecord): Types.ObjectId[] {
  const { helper } = event.data as { helper?: Types.ObjectId };
  return helper ? [helper] : [];
}

function statusChange(event: EventRecord): { from: unknown; to: unknown } {
  const { from, to } = event.data;
  return { from, to };
}

function mayName(helper: Types.ObjectId | null, { id, knowsHelpers }: HelpEventViewer): boolean {
  return knowsHelpers || helper === null || helper.equals(id);
}
