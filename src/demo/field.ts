/**
 * What is known of real volunteer responders, and what the demo assumes where nothing is.
 * Each number names its source; "assumed" ones are ours.
 */

/** Share of alerted volunteers who saw the alert, accepted and arrived. Haskins 2021, Australia and New Zealand. */
export const SEES = 0.76;
export const ACCEPTS = 0.38;
export const ARRIVES = 0.27;

/** How fast they come, as the crow flies. Sweden, Resuscitation 2020, n = 2,176. */
export const SPEED_METERS_PER_SECOND = 2.3;

/** From alert to setting out, the median: 1 min 45 s. PMID 40816549. */
export const SETS_OUT_AFTER_SECONDS = 105;
/** Sigma of the logarithm of that time: assumed. */
export const SETTING_OUT_SPREAD = 0.4;

/** Why people decline. PMID 21652136: 41 % of answers "not nearby", 35 % "noticed late"; the rest assumed. */
export const DECLINE_REASONS: readonly { reason: string; share: number }[] = [
  { reason: 'Not nearby', share: 0.41 },
  { reason: 'Noticed late', share: 0.35 },
  { reason: 'Cannot leave', share: 0.24 },
];
/** Of those who see the alert and do not accept, how many say so; the others keep silent. Assumed. */
export const SAYS_NO = 0.5;

/** How often a phone on the way reports its position: assumed. */
export const REPORTS_EVERY_SECONDS = 15;
/** How long a helper cares for the person before all is well: assumed, short for the sake of the audience. */
export const CARES_SECONDS = 120;
