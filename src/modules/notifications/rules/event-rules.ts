import { Types } from 'mongoose';
import { HOUR } from '../../../common/time/clock';
import type { EventRecord } from '../../events/schemas/event.schema';
import type { NotificationKind } from '../notification-kinds';

/** What an event of the log tells people. */
export interface EventRule {
  kind: NotificationKind | ((data: EventRecord['data']) => NotificationKind);
  /** Whom: those whom the event itself is told to, by default. Whoever did it is never told. */
  to?: (event: EventRecord) => Types.ObjectId[];
  /** Names the cause where several events are one to the reader; each event is one by default. */
  key?: (event: EventRecord) => string;
}

/** Whoever the data of the event names. */
const named =
  (field: string) =>
  ({ data }: EventRecord): Types.ObjectId[] => {
    const id = data[field];
    if (id instanceof Types.ObjectId) return [id];
    return typeof id === 'string' && Types.ObjectId.isValid(id) ? [new Types.ObjectId(id)] : [];
  };

const where =
  (condition: (data: Record<string, unknown>) => boolean, to = everybody) =>
  (event: EventRecord): Types.ObjectId[] =>
    condition(event.data) ? to(event) : [];

function everybody({ audience }: EventRecord): Types.ObjectId[] {
  return audience.users;
}

/** Chat is many messages: one notification an hour from each writer. */
const onceAnHour = ({ type, subject, actor, at }: EventRecord): string =>
  [type, subject.toHexString(), actor.id?.toHexString(), Math.floor(at.getTime() / HOUR)].join(':');

const SANCTIONS: Readonly<Record<string, NotificationKind>> = {
  remove: 'moderation.removed',
  suspend: 'moderation.suspended',
  ban: 'moderation.banned',
};

/**
 * Which events tell whom what. An event that is not here tells nobody, but for the sockets. Those of emergencies are not looked at
 * at all: on the path of an SOS nothing waits for a notification.
 */
export const EVENT_RULES: Readonly<Record<string, EventRule>> = {
  'help_offer.created': { kind: 'help_offer.created' },
  'help_offer.declined': { kind: 'help_offer.declined' },
  'help_offer.withdrawn': { kind: 'help_offer.withdrawn' },
  'help_request.accepted': { kind: 'help_request.accepted' },
  'help_request.started': { kind: 'help_request.started' },
  'help_request.done': { kind: 'help_request.done' },
  'help_request.objected': { kind: 'help_request.objected' },
  'help_request.completed': { kind: 'help_request.completed' },
  'help_request.reopened': { kind: 'help_request.reopened' },
  'help_request.cancelled': { kind: 'help_request.cancelled' },
  'help_request.expired': { kind: 'help_request.expired' },
  'help_request.removed': { kind: 'help_request.removed' },
  // To those whose offers are open.
  'help_request.status_changed': {
    kind: 'help_request.closed',
    to: where(({ to }) => to !== 'open' && to !== 'in_progress'),
  },
  'help_message.created': { kind: 'help_message.created', key: onceAnHour },
  'help_rating.created': { kind: 'help_rating.created' },

  'skill.removed': { kind: 'skill.removed' },
  'booking.requested': { kind: 'booking.requested' },
  'booking.accepted': { kind: 'booking.accepted' },
  'booking.declined': { kind: 'booking.declined' },
  'booking.cancelled': { kind: 'booking.cancelled' },
  'booking.completed': { kind: 'booking.completed' },
  'booking.expired': { kind: 'booking.expired' },
  'booking.reviewed': { kind: 'booking.reviewed' },

  'organization.join_requested': { kind: 'organization.join_requested' },
  'organization.join_request_closed': {
    kind: 'organization.join_rejected',
    to: where(({ status }) => status === 'rejected', named('userId')),
  },
  'organization.member_joined': {
    kind: 'organization.join_approved',
    to: where(({ via }) => via === 'request', named('userId')),
  },
  'organization.member_changed': {
    kind: 'organization.member_changed',
    to: named('userId'),
  },
  'organization.member_left': {
    kind: 'organization.member_removed',
    to: where(({ reason }) => reason === 'removed', named('userId')),
  },
  'organization.owner_changed': { kind: 'organization.owner_changed', to: named('to') },
  'organization.removed': { kind: 'organization.removed' },

  'business.verified': {
    kind: ({ verified }) => (verified === true ? 'business.verified' : 'business.unverified'),
  },
  'business.removed': { kind: 'business.removed' },
  'business.manager_added': { kind: 'business.manager_added', to: named('userId') },
  'business.manager_removed': { kind: 'business.manager_removed', to: named('userId') },

  'payment.partially_refunded': { kind: 'payment.refunded' },
  'payment.refunded': { kind: 'payment.refunded' },
  'subscription.payment_failed': { kind: 'subscription.payment_failed' },
  // Not of one that never began: whoever was asked to pay knows.
  'subscription.ended': {
    kind: 'subscription.ended',
    to: where(({ reason }) => reason !== 'payment_failed' && reason !== 'payment_expired'),
  },

  'verification.approved': { kind: 'verification.approved' },
  'verification.rejected': { kind: 'verification.rejected' },
  'report.decided': {
    kind: ({ status }) => (status === 'upheld' ? 'report.upheld' : 'report.dismissed'),
  },
  'moderation.decided': { kind: ({ action }) => SANCTIONS[String(action)] ?? 'moderation.warned' },
  'moderation.overturned': { kind: 'moderation.overturned' },
  'moderation.appeal_rejected': { kind: 'moderation.appeal_rejected' },
};
