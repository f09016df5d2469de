import { coarseCell } from '../../../common/geo/coarse-cell';
import { toPlace } from '../../../common/geo/geo';
import type { NewEvent } from '../../events/event-log';
import { SYSTEM } from '../../events/schemas/event.schema';
import { type AlertedHelper, emergencyEvent } from '../events/emergency-events';
import type { Emergency } from '../schemas/emergency.schema';

/**
 * The event of one wave. It holds all that its helpers may be told, so that each node can tell its own without a
 * question to the database.
 */
export function waveEvent(
  emergency: Emergency,
  wave: number,
  alerts: AlertedHelper[],
  at: Date,
): NewEvent {
  if (!emergency.location) throw new Error('A wave needs a place.');
  return emergencyEvent({
    emergency: emergency._id,
    seq: null,
    type: 'emergency.alerted',
    actor: SYSTEM,
    at,
    users: alerts.map(({ helper }) => helper),
    data: {
      wave,
      type: emergency.type,
      status: emergency.status,
      emergencySeq: emergency.seq,
      silent: emergency.silent,
      anonymous: emergency.anonymous,
      cell: coarseCell(toPlace(emergency.location.point)),
      radiusMeters: emergency.radiusMeters,
      createdAt: emergency.createdAt,
      expiresAt: emergency.expiresAt,
      alerts,
    },
  });
}
