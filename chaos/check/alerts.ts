import type { EmergencyEventData } from '../../src/modules/emergencies/events/emergency-events';
import type { EmergencyRecord } from '../../test/support/emergency-rules';
import type { Evidence } from './evidence';
import type { Violation } from './violation';

export interface AlertSum {
  due: number;
  delivered: number;
  /** Not delivered, and why that is right: how many by the status in the ledger. */
  accountedFor: Record<string, number>;
}

/** Why an alert that no phone heard need not be heard any more. */
const OVER: readonly string[] = ['accepted', 'declined', 'withdrawn', 'expired'];

/** Everybody who was to be alerted has a row; each alert reached their phone, or the ledger says why not. */
export function checkAlerts(evidence: Evidence): { sum: AlertSum; violations: Violation[] } {
  const sum: AlertSum = { due: 0, delivered: 0, accountedFor: {} };
  const heard = new Map(evidence.phones.map(({ owner, alerts }) => [owner, alerts]));
  const violations: Violation[] = [];
  for (const record of evidence.stored.records) {
    const emergency = String(record.emergency._id);
    const lose = (what: string): unknown =>
      violations.push({ kind: 'lost', what, emergency, entries: [] });
    for (const helper of forgotten(record, evidence)) lose(`${helper} was never alerted`);
    for (const { alert, helper, attempt } of dueAlerts(record)) {
      sum.due += 1;
      const row = record.alerts.find(({ _id }) => String(_id) === alert);
      if (heard.get(helper)?.has(`${alert}.${attempt}`)) sum.delivered += 1;
      else if (!row) lose(`alert ${alert} of ${helper} has no row in the ledger`);
      else if (row.attempt > attempt) count(sum, 'alerted again');
      else if (OVER.includes(row.status)) count(sum, row.status);
      else lose(`alert ${alert}, attempt ${attempt}, did not reach ${helper}: ${row.status}`);
    }
  }
  return { sum, violations };
}

function forgotten({ emergency, alerts }: EmergencyRecord, { helpersOf }: Evidence): string[] {
  // Without a place nobody can be looked for.
  if (!emergency.location) return [];
  const told = new Set(alerts.map(({ helper }) => String(helper)));
  return helpersOf(String(emergency.requester)).filter((helper) => !told.has(helper));
}

function dueAlerts({
  waves,
}: EmergencyRecord): { alert: string; helper: string; attempt: number }[] {
  return waves.flatMap(({ data }) =>
    (data as unknown as EmergencyEventData['emergency.alerted']).alerts.map(
      ({ alert, helper, attempt }) => ({ alert: String(alert), helper: String(helper), attempt }),
    ),
  );
}

function count({ accountedFor }: AlertSum, why: string): void {
  accountedFor[why] = (accountedFor[why] ?? 0) + 1;
}
