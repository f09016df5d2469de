import { DAY, later } from '../../../common/time/clock';
import type { DecisionView, StaffDecisionView } from './dto/decision.view';
import type { Decision } from './schemas/decision.schema';

/** How long whoever was acted on may ask for another look. */
const APPEAL_MS = 30 * DAY;

export function appealableUntil({ at }: Decision): Date {
  return later(at, APPEAL_MS);
}

export function toDecisionView(decision: Decision): DecisionView {
  const { _id, subject, action, reason, until, at, overturnedAt } = decision;
  return {
    id: _id.toHexString(),
    subject: { kind: subject.kind, id: subject.id.toHexString() },
    action,
    reason,
    until: until?.toISOString() ?? null,
    decidedAt: at.toISOString(),
    appealableUntil: appealableUntil(decision).toISOString(),
    overturnedAt: overturnedAt?.toISOString() ?? null,
  };
}

export function toStaffDecisionView(decision: Decision): StaffDecisionView {
  return {
    ...toDecisionView(decision),
    personId: decision.person?.toHexString() ?? null,
    moderatorId: decision.moderator.toHexString(),
  };
}
