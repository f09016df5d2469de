import { toStaffDecisionView } from '../reports/decisions/decision.view';
import type { Decision } from '../reports/decisions/schemas/decision.schema';
import type { AppealView, QueuedAppealView } from './dto/appeal.view';
import type { Appeal } from './schemas/appeal.schema';

/** Without who decided: which moderator it was is the operators' affair. */
export function toAppealView(appeal: Appeal): AppealView {
  return {
    id: appeal._id.toHexString(),
    decisionId: appeal.decision.toHexString(),
    text: appeal.text,
    status: appeal.status,
    answer: appeal.answer,
    restored: appeal.restored,
    createdAt: appeal.createdAt.toISOString(),
    decidedAt: appeal.decidedAt?.toISOString() ?? null,
  };
}

export function toQueuedAppealView(appeal: Appeal, decision: Decision | null): QueuedAppealView {
  return {
    ...toAppealView(appeal),
    personId: appeal.person.toHexString(),
    decidedById: appeal.decidedBy?.toHexString() ?? null,
    decision: decision && toStaffDecisionView(decision),
  };
}
