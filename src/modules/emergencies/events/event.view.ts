import type { Types } from 'mongoose';
import type { EventRecord } from '../../events/schemas/event.schema';
import { socketEvent } from '../../events/socket-event';
import type { TimelineEventDto } from '../dto/timeline-event.dto';
import { type People, responseView } from '../emergency.view';
import type { LeaveReason } from '../schemas/emergency.schema';
import type { EmergencyEventData, EmergencyEventType, ResponseData } from './emergency-events';

export interface EventViewer {
  people: People;
  /** The requester stays nameless: everybody but a moderator sees `{role: 'requester', id: null}`. */
  anonymous: boolean;
}

/** An event of the timeline as a participant may see it. */
export function timelineEvent(
  event: EventRecord,
  { people, anonymous }: EventViewer,
): TimelineEventDto {
  const hidden = anonymous && event.actor.role === 'requester';
  return {
    ...socketEvent(event, eventData(event, people)),
    type: event.type,
    actor: {
      id: hidden ? null : (event.actor.id?.toHexString() ?? null),
      role: event.actor.role,
    },
  };
}

/** The payload of a timeline event: what the record says, with helpers named. */
export function eventData(event: EventRecord, people: People): unknown {
  switch (event.type as EmergencyEventType) {
    case 'helper.joined':
    case 'helper.status_changed':
    case 'helper.confirmed':
      return responseView(event.data as unknown as ResponseData, people);
    case 'helper.left': {
      const data = event.data as unknown as EmergencyEventData['helper.left'];
      return { ...responseView(data, people), reason: publicReason(data.reason) };
    }
    case 'emergency.status_changed': {
      const { from, to } = event.data as EmergencyEventData['emergency.status_changed'];
      return { from, to };
    }
    case 'emergency.resolved':
      return { outcome: (event.data as EmergencyEventData['emergency.resolved']).outcome };
    default:
      return {};
  }
}

/** Helpers whom the payload of an event names. */
export function peopleInEvent(event: EventRecord): Types.ObjectId[] {
  const { helper } = event.data as Partial<ResponseData>;
  return helper ? [helper] : [];
}

/**
 * Why a helper left or is no longer asked, as others and they themselves may know it. That it was a block, a suspension or
 * a lost verification stays between the operators and whoever did it. The threat: revenge on the one who blocked.
 */
export function publicReason(
  reason: LeaveReason,
): 'withdrawn' | 'sent_away' | 'out_of_reach' | 'removed' {
  if (reason === 'helper') return 'withdrawn';
  return reason === 'sent_away' || reason === 'out_of_reach' ? reason : 'removed';
}
