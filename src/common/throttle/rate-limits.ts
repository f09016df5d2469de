import { MINUTE } from '../time/clock';

export const RATE_LIMIT_WINDOW_MS = MINUTE;

/**
 * Requests a minute, by policy and by what is counted: `caller` is the logged-in user (the address where nobody is),
 * `address` the network address (an IPv6 network of /64), `account` the e-mail that the
 * body names.
 *
 * Every policy counts for itself, so ordinary traffic never uses up what is kept for an alarm.
 */
export const RATE_LIMITS = {
  standard: { caller: 300 },
  /**
   * Raising an SOS: by person alone. Behind a carrier's shared address a whole district may call for help at once, and
   * an address limit would silence it.
   */
  alarm: { caller: 60 },
  /** The address slows one guesser down; the account slows a thousand addresses that guess at one account. */
  login: { address: 20, account: 10 },
  register: { address: 20 },
  /** Wide, as many phones share an address and refresh tokens cannot be guessed (256 bits). */
  refresh: { address: 120 },
  /** Forgotten passwords: `account` is also what keeps a stranger from flooding somebody's mailbox. */
  forgotPassword: { address: 20, account: 10 },
  resetPassword: { address: 20 },
  /** Routes that ask for the password again: a stolen access token must not allow trying passwords. */
  password: { caller: 10 },
  /** Mail to an address that may be somebody else's; there is a limit by the day too (EmailLinks). */
  emailVerification: { caller: 3 },
  /** Asks for the password. `account` is the new address, whose mailbox is not to be flooded. */
  emailChange: { caller: 5, account: 5 },
  verifyEmail: { address: 20 },
  /** Nobody sees so much wrong in a minute; the queue is read by people. */
  report: { caller: 20 },
  /** Each writes files of some megabytes. */
  verification: { caller: 5 },
  /** Clicks that are counted: nobody follows more offers, and who wants to inflate a number is slow. */
  click: { caller: 30 },
  /** Invitations by mail: `account` is the address invited, so that nobody's mailbox is flooded by way of organizations. */
  invite: { caller: 20, account: 5 },
  /** Wide: the tokens cannot be guessed (256 bits). */
  acceptInvitation: { caller: 60 },
  /** Wide enough for a family behind one address that loads the page again and again. */
  tracking: { address: 60 },
  /** Health checks and metrics. */
  unlimited: {},
} as const satisfies Record<string, Partial<Record<'caller' | 'address' | 'account', number>>>;

export type RateLimitPolicy = keyof typeof RATE_LIMITS;
export const RATE_LIMIT_SUBJECTS = ['caller', 'address', 'account'] as const;
export type RateLimitSubject = (typeof RATE_LIMIT_SUBJECTS)[number];

/** Requests a minute, or undefined where the policy does not count by this subject. */
export function limitOf(policy: RateLimitPolicy, subject: RateLimitSubject): number | undefined {
  const limits: Partial<Record<RateLimitSubject, number>> = RATE_LIMITS[policy];
  return limits[subject];
}
