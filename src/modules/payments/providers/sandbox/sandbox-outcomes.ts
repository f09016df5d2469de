import { SECOND } from '../../../../common/time/clock';

/** What the payer's card does, in the sandbox. */
export const SANDBOX_OUTCOMES = ['success', 'decline', 'requires_action', 'late_success'] as const;
export type SandboxOutcome = (typeof SANDBOX_OUTCOMES)[number];

/** How late a late success is. */
export const LATE_MS = 2 * SECOND;

/**
 * Amounts in minor units, of whatever currency, for which a confirmation without an outcome does not succeed. They are odd
 * enough not to be hit by accident.
 */
export const MAGIC_AMOUNTS: ReadonlyMap<number, SandboxOutcome | 'refund'> = new Map([
  [4002, 'decline'],
  [4003, 'requires_action'],
  [4004, 'late_success'],
  /** It succeeds, and all of it is refunded at the provider's own desk a little later. */
  [4005, 'refund'],
]);
