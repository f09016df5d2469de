import { type AlertSum, checkAlerts } from './alerts';
import { checkEmergencies } from './emergencies';
import type { Evidence } from './evidence';
import { checkRooms } from './rooms';
import { checkSteps } from './steps';
import type { Violation } from './violation';

export interface Verdict {
  violations: Violation[];
  alerts: AlertSum;
  /** Timelines held by phones that were compared. */
  rooms: number;
}

/** Compares what clients know with what the database holds. */
export function check(evidence: Evidence): Verdict {
  const alerts = checkAlerts(evidence);
  const rooms = checkRooms(evidence);
  return {
    alerts: alerts.sum,
    rooms: rooms.rooms,
    violations: [
      ...checkSteps(evidence),
      ...checkEmergencies(evidence),
      ...alerts.violations,
      ...rooms.violations,
    ],
  };
}
