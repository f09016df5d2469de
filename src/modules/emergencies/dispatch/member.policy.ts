import type { Alert } from '../schemas/alert.schema';
import { type DispatchDecision, mayBeToldAgain } from './dispatch.policy';
import type { Candidate } from './rank';

/** How many members are told of one emergency in all, whatever the number of the requester's organizations. */
export const WANTED_MEMBERS = 50;

export interface MemberSituation {
  /** Everybody who could be told now, nearest first. */
  candidates: readonly Candidate[];
  /** Everybody who was told before, verified helpers among them. */
  ledger: readonly Pick<Alert, 'helper' | 'status' | 'withdrawnBecause' | 'via'>[];
  /** The last responder left: members who did not answer are told again. */
  again: boolean;
}

/** The nearest members, fifty in all; who was told as a helper is not told a second time. */
export function nearestMembers({ candidates, ledger, again }: MemberSituation): DispatchDecision {
  const before = new Map(ledger.map((row) => [row.helper.toHexString(), row]));
  const places = Math.max(0, WANTED_MEMBERS - ledger.filter(({ via }) => via).length);
  const rowOf = ({ helper }: Candidate) => before.get(helper.toHexString());
  return {
    alert: candidates.filter((one) => !rowOf(one)).slice(0, places),
    alertAgain: candidates.filter((one) => {
      const row = rowOf(one);
      return row?.via !== undefined && mayBeToldAgain(row, again);
    }),
  };
}
