import type { ChannelName } from './channels/channel';

/** What people choose channels by. */
export const CATEGORIES = [
  'emergencies',
  'help',
  'bookings',
  'organizations',
  'businesses',
  'payments',
  'account',
] as const;
export type Category = (typeof CATEGORIES)[number];

export interface KindRule {
  category: Category;
  /** An SOS: quiet hours do not hold it, and it goes before everything else. */
  urgent?: true;
  /** About the account itself: mailed whatever the preferences are, to suspended people too. */
  always?: true;
  /** The channels that it is worth; all by default. */
  channels?: readonly ChannelName[];
}

/** What comes often, or can wait until somebody looks: no mail. */
const LIGHT = ['push'] as const;

/**
 * Every kind of notification. A new one needs its line here and its texts in each file of `templates/`, which the compiler asks
 * for; then `Notices.notify`, or a rule in `rules/` where an event of the log says it already.
 */
export const NOTIFICATION_KINDS = {
  'emergency.alert': { category: 'emergencies', urgent: true },
  'helper.confirmed': { category: 'emergencies', channels: LIGHT },

  'help_offer.created': { category: 'help' },
  'help_offer.declined': { category: 'help', channels: LIGHT },
  'help_offer.withdrawn': { category: 'help' },
  'help_request.accepted': { category: 'help' },
  'help_request.started': { category: 'help', channels: LIGHT },
  'help_request.done': { category: 'help' },
  'help_request.objected': { category: 'help' },
  'help_request.completed': { category: 'help' },
  'help_request.reopened': { category: 'help' },
  'help_request.cancelled': { category: 'help' },
  'help_request.expired': { category: 'help' },
  'help_request.removed': { category: 'help' },
  'help_request.closed': { category: 'help', channels: LIGHT },
  'help_message.created': { category: 'help', channels: LIGHT },
  'help_rating.created': { category: 'help', channels: LIGHT },

  'skill.removed': { category: 'bookings' },
  'booking.requested': { category: 'bookings' },
  'booking.accepted': { category: 'bookings' },
  'booking.declined': { category: 'bookings' },
  'booking.cancelled': { category: 'bookings' },
  'booking.completed': { category: 'bookings' },
  'booking.expired': { category: 'bookings' },
  'booking.reviewed': { category: 'bookings', channels: LIGHT },

  'organization.join_requested': { category: 'organizations' },
  'organization.join_approved': { category: 'organizations' },
  'organization.join_rejected': { category: 'organizations' },
  'organization.member_changed': { category: 'organizations', channels: LIGHT },
  'organization.member_removed': { category: 'organizations' },
  'organization.owner_changed': { category: 'organizations' },
  'organization.removed': { category: 'organizations' },

  'business.verified': { category: 'businesses' },
  'business.unverified': { category: 'businesses' },
  'business.removed': { category: 'businesses' },
  'business.manager_added': { category: 'businesses' },
  'business.manager_removed': { category: 'businesses' },

  'payment.refunded': { category: 'payments' },
  'subscription.payment_failed': { category: 'payments' },
  'subscription.ended': { category: 'payments' },

  'verification.approved': { category: 'account' },
  'verification.rejected': { category: 'account' },
  'verification.ending': { category: 'account' },
  'verification.ended': { category: 'account' },
  'report.upheld': { category: 'account', channels: LIGHT },
  'report.dismissed': { category: 'account', channels: LIGHT },
  'moderation.warned': { category: 'account', always: true },
  'moderation.removed': { category: 'account', always: true },
  'moderation.suspended': { category: 'account', always: true },
  'moderation.banned': { category: 'account', always: true },
  'moderation.overturned': { category: 'account', always: true },
  'moderation.appeal_rejected': { category: 'account', always: true },
} as const satisfies Record<string, KindRule>;

export type NotificationKind = keyof typeof NOTIFICATION_KINDS;

/** The rule of a kind, with what it leaves out. */
export function ruleOf(kind: NotificationKind): KindRule {
  return NOTIFICATION_KINDS[kind];
}

export function isNotificationKind(kind: string): kind is NotificationKind {
  return Object.hasOwn(NOTIFICATION_KINDS, kind);
}
