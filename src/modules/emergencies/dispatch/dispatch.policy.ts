import type { Types } from 'mongoose';
import { SECOND } from '../../../common/time/clock';
import { type AlertStatus, type AlertVia, PENDING_ALERT } from '../schemas/alert.schema';
import type { LeaveReason } from '../schemas/emergency.schema';
import { type Candidate, rank } from './rank';

/** What the policy needs to know of a helper who was alerted before. */
export interface LedgerRow {
  helper: Types.ObjectId;
  status: AlertStatus;
  withdrawnBecause: LeaveReason | null;
  via?: AlertVia;
}

export interface DispatchSituation {
  /** Everybody who could be alerted now, alerted before or not. */
  candidates: readonly Candidate[];
  ledger: readonly LedgerRow[];
  radiusMeters: number;
  /** How long ago it was raised, in milliseconds. */
  ageMs: number;
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

/** How many helpers may have an unanswered alert of one emergency (docs/design.md: top 50 by trust and distance). */
export const WANTED_ALERTS = 50;
/** While nobody has accepted, discovery looks again this often: helpers come online and come near (docs/design.md). */
export const LOOK_AGAIN_MS = 30 * SECOND;
/**
 * How many times fifty may be told at once when the place jumps: by the network, by Wi-Fi, by GPS, and one to spare (docs/decisions/011).
 */
const SEARCHES_AT_ONCE = 4;

/**
 * How many people may have been alerted to an emergency in all. Fifty each time discovery looks again is what the clock alone
 * could alert, if everybody declined; beyond it only a place that jumps on and on would go, with fifty more each time.
 */
export function alertsInAll(ageMs: number): number {
  return WANTED_ALERTS * (SEARCHES_AT_ONCE + Math.floor(ageMs / LOOK_AGAIN_MS));
}

/**
 * Whether somebody who was alerted before may be told again. Out of reach was our doing, by a place that has changed since;
 * whoever declined or withdrew is left in peace, whoever is waiting is told again only when it was reopened.
 */
export function mayBeToldAgain(row: LedgerRow, reopened: boolean): boolean {
  if (row.status === 'withdrawn') return row.withdrawnBecause === 'out_of_reach';
  return reopened && isWaiting(row);
}

/** The first policy: the best fifty in one wave; later waves fill the places of those who answered. */
export const topFifty: DispatchPolicy = (situation) => {
  const { candidates, ledger, radiusMeters, ageMs, reopened } = situation;
  const before = new Map(ledger.map((row) => [row.helper.toHexString(), row]));
  let free = Math.max(0, WANTED_ALERTS - ledger.filter(isWaiting).length);
  let newcomers = Math.max(0, alertsInAll(ageMs) - ledger.length);
  const decision: DispatchDecision = { alert: [], alertAgain: [] };
  for (const candidate of rank(candidates, radiusMeters)) {
    const row = before.get(candidate.helper.toHexString());
    if (row && !mayBeToldAgain(row, reopened)) continue;
    if (!row && newcomers === 0) continue;
    // Whoever waits has a place already.
    if (!row || !isWaiting(row)) {
      if (free === 0) continue;
      free -= 1;
    }
    if (!row) newcomers -= 1;
    (row ? decision.alertAgain : decision.alert).push(candidate);
  }
  return decision;
};

function isWaiting({ status }: LedgerRow): boolean {
  return PENDING_ALERT.includes(status);
}
