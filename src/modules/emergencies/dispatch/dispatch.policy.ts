import type { Types } from 'mongoose';
import { type AlertStatus, PENDING_ALERT } from '../schemas/alert.schema';
import type { LeaveReason } from '../schemas/emergency.schema';
import { type Candidate, rank } from './rank';

/** What the policy needs to know of a helper who was alerted before. */
export interface LedgerRow {
  helper: Types.ObjectId;
  status: AlertStatus;
  withdrawnBecause: LeaveReason | null;
}

export interface DispatchSituation {
  /** Everybody who could be alerted now, alerted before or not. */
  candidates: readonly Candidate[];
  ledger: readonly LedgerRow[];
  radiusMeters: number;
  /** The last responder left: those who were alerted and did not say no are told again. */
  reopened: boolean;
}

export interface DispatchDecision {
  /** Never alerted to this emergency before, best first. */
  alert: Candidate[];
  /** Alerted before, to be told again, best first. */
  alertAgain: Candidate[];
}

/** Whom to alert next: a pure function of the candidates and the ledger. */
export type DispatchPolicy = (situation: DispatchSituation) => DispatchDecision;

/** How many helpers may have an unanswered alert of one emergency (DESIGN §6: top 50 by trust and distance). */
export const WANTED_ALERTS = 50;

/** The first policy: the best fifty in one wave; later waves fill the places of those who answered. */
export const topFifty: DispatchPolicy = ({ candidates, ledger, radiusMeters, reopened }) => {
  const before = new Map(ledger.map((row) => [row.helper.toHexString(), row]));
  const ranked = rank(candidates, radiusMeters);
  const alertAgain = ranked.filter(({ helper }) => {
    const row = before.get(helper.toHexString());
    if (!row) return false;
    // Out of reach was our doing, by a position that has changed since; the other withdrawals are for good.
    if (row.status === 'withdrawn') return row.withdrawnBecause === 'out_of_reach';
    return reopened && PENDING_ALERT.includes(row.status);
  });
  const waiting = new Set(
    ledger
      .filter(({ status }) => PENDING_ALERT.includes(status))
      .map(({ helper }) => helper.toHexString()),
  );
  for (const { helper } of alertAgain) waiting.add(helper.toHexString());
  const free = Math.max(0, WANTED_ALERTS - waiting.size);
  const alert = ranked.filter(({ helper }) => !before.has(helper.toHexString())).slice(0, free);
  return { alert, alertAgain };
};
