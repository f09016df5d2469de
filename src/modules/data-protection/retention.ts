/** Who sees to it that something goes. */
export type Remover =
  /** MongoDB, by an index of this name, so many seconds after the time that our clock wrote into the row. */
  | { ttl: string; seconds: number }
  /** A sweeper of ours. */
  | { sweeper: string }
  /** The erasure of the account, whose words and places go at least; until then it is kept. */
  | { with: 'account' }
  /** Nobody: it is kept for ever, and holds nobody but by id. */
  | { forever: true };

export interface RetentionRule {
  collection: string;
  what: string;
  kept: string;
  why: string;
  by: Remover;
}

const DAY_SECONDS = 24 * 60 * 60;

const account = (collection: string, what: string, why: string): RetentionRule => ({
  collection,
  what,
  kept: 'until the account is erased, then without the person',
  why,
  by: { with: 'account' },
});
const forever = (collection: string, what: string, why: string): RetentionRule => ({
  collection,
  what,
  kept: 'for ever',
  why,
  by: { forever: true },
});
const ttl = (
  collection: string,
  what: string,
  kept: string,
  why: string,
  index: string,
  seconds = 0,
): RetentionRule => ({ collection, what, kept, why, by: { ttl: index, seconds } });
const swept = (
  collection: string,
  what: string,
  kept: string,
  why: string,
  sweeper: string,
): RetentionRule => ({ collection, what, kept, why, by: { sweeper } });

/**
 * How long what is kept, of each collection. docs/data-protection.md repeats it; a test compares it with the collections, the
 * indexes and the sweepers that there are.
 */
export const RETENTION: readonly RetentionRule[] = [
  // Accounts
  swept(
    'users',
    'where somebody was last',
    '24 hours',
    'no SOS needs an older place',
    'LocationRetention',
  ),
  account('users', 'the account', 'it is what everything else hangs on'),
  ttl(
    'sessions',
    'log-ins',
    '30 days after the last use',
    'they can be used until then',
    'session_ttl',
  ),
  ttl(
    'email_links',
    'links to confirm an address',
    '1 day',
    'they work until then',
    'email_link_ttl',
  ),
  ttl(
    'password_resets',
    'links to reset a password',
    '1 hour',
    'they work until then',
    'password_reset_ttl',
  ),
  ttl(
    'idempotency_keys',
    'answers to keyed requests',
    '24 hours',
    'a client may repeat itself',
    'idempotency_ttl',
    DAY_SECONDS,
  ),
  swept('data_exports', 'archives of one’s data', '7 days', 'time to download it', 'DataExporter'),
  swept(
    'file_deletions',
    'files that are to be deleted',
    'until they are',
    'a crash must leave no file behind',
    'FileDeletionSweeper',
  ),
  // SOS
  account('emergencies', 'SOS: words, exact place', 'the record of what happened'),
  account('alerts', 'who was told of an SOS', 'the record of what happened'),
  swept(
    'messages',
    'what was written in an SOS',
    '90 days after the end',
    'moderators may have to read it',
    'MessageRetention',
  ),
  ttl(
    'positions',
    'where participants are',
    '1 hour, or the end of the SOS',
    'nobody comes by an older one',
    'position_ttl',
    3600,
  ),
  ttl(
    'contact_tallies',
    'how many messages an address got',
    '2 days',
    'nobody is to be flooded',
    'contact_tally_expiry',
  ),
  forever(
    'events',
    'that something happened: ids and cells',
    'audit, and what a client has missed',
  ),
  // Neighbours
  account('help_requests', 'help requests: words, exact place', 'both sides look it up'),
  account('help_offers', 'offers to help', 'both sides look it up'),
  account('help_ratings', 'ratings: words', 'the stars are the other’s'),
  swept(
    'help_messages',
    'what was written about a request',
    '90 days after its end',
    'moderators may have to read it',
    'HelpMessageRetention',
  ),
  account('skills', 'listings', 'bookings refer to them'),
  account('bookings', 'bookings: notes, reasons', 'both sides look it up'),
  account('reviews', 'reviews: words', 'the stars are the listing’s'),
  forever(
    'calendars',
    'how often a booking was accepted',
    'two acceptances of one owner meet here',
  ),
  account('businesses', 'businesses', 'they go with their owner'),
  ttl(
    'promotion_counts',
    'how often a promotion was shown, without by whom',
    '90 days after its end',
    'its people look it up',
    'promotion_count_expiry',
  ),
  forever('organizations', 'organizations', 'they are their members’ together'),
  account('memberships', 'who belongs to an organization', 'it ends with leaving, too'),
  ttl(
    'join_requests',
    'requests to be let in',
    '90 days after the decision',
    'people ask about it',
    'join_request_ttl',
    90 * DAY_SECONDS,
  ),
  ttl(
    'invitations',
    'invitations',
    '30 days after they expire',
    'people ask about it',
    'invitation_ttl',
    30 * DAY_SECONDS,
  ),
  account(
    'organization_bans',
    'who was removed from an organization',
    'they do not come back by themselves',
  ),
  // Trust, moderation
  forever(
    'trust_events',
    'what trust was earned and lost by: ids and points',
    'the score is computed from it',
  ),
  swept(
    'verifications',
    'documents of a request to be verified',
    '30 days after the decision',
    'time to appeal',
    'FileDeletionSweeper',
  ),
  account('verifications', 'requests to be verified', 'who was verified, when and by whom'),
  account('reports', 'reports: words', 'who was reported for what'),
  account(
    'moderation_decisions',
    'what moderators decided',
    'who was warned or suspended, and why',
  ),
  account('appeals', 'appeals: words and answers', 'that there was one, and what came of it'),
  forever(
    'audit_log',
    'what staff did and looked at: ids and digests',
    'a chain with a link missing proves nothing',
  ),
  // Messages to people
  ttl(
    'notifications',
    'notifications that were read',
    '90 days',
    'people look back',
    'notification_read_kept',
    90 * DAY_SECONDS,
  ),
  ttl(
    'notifications',
    'notifications that nobody read',
    '1 year',
    'they may yet be',
    'notification_kept',
    365 * DAY_SECONDS,
  ),
  ttl(
    'deliveries',
    'what was sent, and whether it came',
    '30 days',
    'to find out why something did not come',
    'delivery_kept',
    30 * DAY_SECONDS,
  ),
  account(
    'notificationPreferences',
    'what somebody wants to be told, and when',
    'until they change it',
  ),
  account(
    'devices',
    'where pushes go',
    'until they are signed out, or the push service knows them no more',
  ),
  // Money
  forever('payments', 'payments: ids and amounts', 'books must be kept'),
  forever('refunds', 'refunds: ids and amounts', 'books must be kept'),
  forever('ledger_entries', 'the ledger: ids and amounts', 'books must be kept'),
  forever('subscriptions', 'subscriptions: ids and plans', 'books must be kept'),
  forever('sandbox_intents', 'what the pretended provider knows', 'development alone'),
  forever('sandbox_subscriptions', 'what the pretended provider knows', 'development alone'),
  ttl(
    'webhook_events',
    'which messages of a provider have come',
    '90 days',
    'a repeat has no second effect',
    'webhook_event_ttl',
    90 * DAY_SECONDS,
  ),
];
