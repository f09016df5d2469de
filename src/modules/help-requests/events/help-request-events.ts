import type { Types } from 'mongoose';
import type { NewEvent } from '../../events/event-log';
import type { EventActor } from '../../events/schemas/event.schema';
import type { HelpRequestStatus } from '../help-request.transitions';

export interface StatusChange {
  from: HelpRequestStatus;
  to: HelpRequestStatus;
}

interface OfferData {
  offer: Types.ObjectId;
}

/** What each event of a help request holds on disk: ids alone, never names, texts or places. */
export interface HelpRequestEventData {
  'help_request.created': Record<string, never>;
  'help_request.updated': { fields: string[] };
  'help_request.accepted': StatusChange & { offer: Types.ObjectId; helper: Types.ObjectId };
  'help_request.started': StatusChange;
  'help_request.done': { completionDueAt: Date };
  'help_request.objected': Record<string, never>;
  'help_request.completed': StatusChange;
  'help_request.reopened': StatusChange & { helper: Types.ObjectId };
  'help_request.cancelled': StatusChange;
  'help_request.expired': StatusChange;
  'help_request.removed': StatusChange;
  /** For those whose offers are open: what the timeline calls by its reason. Not part of the timeline. */
  'help_request.status_changed': StatusChange;
  'help_offer.created': OfferData;
  'help_offer.declined': OfferData;
  'help_offer.withdrawn': OfferData;
  'help_message.created': { message: Types.ObjectId };
  'help_rating.created': { rating: Types.ObjectId };
}

export type HelpRequestEventType = keyof HelpRequestEventData;

interface EventInput<Type extends HelpRequestEventType> {
  request: Types.ObjectId;
  /** Place in the timeline; null for what is targeted. */
  seq: number | null;
  type: Type;
  actor: EventActor;
  at: Date;
  data: HelpRequestEventData[Type];
  /** Who is told. */
  users: Types.ObjectId[];
}

/** An event of a help request as it is appended to the log. */
export function helpRequestEvent<Type extends HelpRequestEventType>(
  input: EventInput<Type>,
): NewEvent {
  const { request, seq, type, actor, at, data, users } = input;
  return {
    kind: 'help_request',
    subject: request,
    seq,
    type,
    actor,
    at,
    audience: { room: false, users },
    data: data as Record<string, unknown>,
  };
}
