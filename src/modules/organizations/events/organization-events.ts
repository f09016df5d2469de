import type { Types } from 'mongoose';
import type { NewEvent } from '../../events/event-log';
import type { EventActor } from '../../events/schemas/event.schema';
import type { MemberRole } from '../schemas/membership.schema';

/** By which door somebody came in. */
export type JoinedVia = 'founding' | 'open' | 'request' | 'invitation';

/** Why somebody is no member any more. */
export type LeftBecause = 'left' | 'removed' | 'erased';

/** What each event of an organization holds: ids, never names, texts or addresses. */
export interface OrganizationEventData {
  'organization.member_joined': { userId: Types.ObjectId; role: MemberRole; via: JoinedVia };
  'organization.member_left': { userId: Types.ObjectId; reason: LeftBecause };
  'organization.member_changed': {
    userId: Types.ObjectId;
    role: MemberRole;
    approved: boolean;
    from: { role: MemberRole; approved: boolean };
  };
  'organization.owner_changed': { from: Types.ObjectId; to: Types.ObjectId };
  'organization.join_requested': { requestId: Types.ObjectId; userId: Types.ObjectId };
  'organization.join_request_closed': {
    requestId: Types.ObjectId;
    userId: Types.ObjectId;
    status: 'rejected' | 'withdrawn';
  };
  'organization.removed': Record<string, never>;
}

export type OrganizationEventType = keyof OrganizationEventData;

interface EventInput<Type extends OrganizationEventType> {
  organization: Types.ObjectId;
  type: Type;
  actor: EventActor;
  at: Date;
  data: OrganizationEventData[Type];
  /** The admins and whom it is about: never all members, who may be thousands. */
  users: Types.ObjectId[];
}

/** An event of an organization as it is appended to the log. None is part of a timeline: each tells a few people something. */
export function organizationEvent<Type extends OrganizationEventType>({
  organization,
  type,
  actor,
  at,
  data,
  users,
}: EventInput<Type>): NewEvent {
  return {
    kind: 'organization',
    subject: organization,
    seq: null,
    type,
    actor,
    at,
    audience: { room: false, users: distinct(users) },
    data,
  };
}

function distinct(ids: Types.ObjectId[]): Types.ObjectId[] {
  return [...new Map(ids.map((id) => [id.toHexString(), id])).values()];
}
