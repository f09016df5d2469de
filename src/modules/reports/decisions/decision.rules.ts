import { invalidField } from '../../../common/errors/domain-error';
import { DAY, later } from '../../../common/time/clock';
import type { ReportSubjectKind } from '../schemas/report.schema';

/** What a moderator may do about a report. All but `dismiss` uphold it. */
export const DECISION_ACTIONS = ['dismiss', 'warn', 'remove', 'suspend', 'ban'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

/** A suspension ends within a year; who shall not come back is banned. */
const LONGEST_SUSPENSION_MS = 366 * DAY;

export interface Ruling {
  action: DecisionAction;
  /** When a suspension ends; null for all other actions. */
  until: Date | null;
}

/**
 * What was asked for, if it makes sense for such a thing.
 *
 * @param owned whether the thing is somebody's.
 * @throws DomainError VALIDATION_FAILED
 */
export function rulingOf(
  { action, until }: { action: DecisionAction; until?: string | null | undefined },
  { kind, owned }: { kind: ReportSubjectKind; owned: boolean },
  now: Date,
): Ruling {
  if (kind === 'user' && action === 'remove') {
    throw invalidField('action', 'a person is not removed: warn, suspend or ban them');
  }
  if (!owned && !['dismiss', 'remove'].includes(action)) {
    throw invalidField('action', 'this belongs to nobody who could be told or suspended');
  }
  if (action !== 'suspend') {
    if (until) throw invalidField('until', 'until goes with suspend alone');
    return { action, until: null };
  }
  const end = until ? new Date(until) : null;
  if (!end || end <= now || end > later(now, LONGEST_SUSPENSION_MS)) {
    throw invalidField('until', 'say until when, within 366 days from now; for ever is ban');
  }
  return { action, until: end };
}
