import { Types } from 'mongoose';
import { toGeoPoint } from '../../common/geo/geo';
import type { PlaceDto } from '../../common/geo/place.dto';
import { later, MINUTE } from '../../common/time/clock';
import type { RequesterProfile } from '../users/helper-directory';
import { POSITION_LIVES_MS } from './dispatch/discovery';
import { LOOK_AGAIN_MS } from './dispatch/dispatch.policy';
import type { RaiseEmergencyDto } from './dto/raise-emergency.dto';
import { emergencyMachine } from './emergency.transitions';
import { PUSH_AFTER_MS } from './escalation/escalation.policy';
import type { Emergency, EmergencyLocation } from './schemas/emergency.schema';

/** An emergency expires this long after the last action or position of requester or responders (API). */
export const LIVES_WITHOUT_A_SIGN_MS = 60 * MINUTE;

/**
 * Where an SOS is: the place it came with, else the last known one if it is under 24 h old, else nowhere yet.
 */
export function placeOf(
  given: PlaceDto | null | undefined,
  profile: RequesterProfile,
  now: Date,
): EmergencyLocation | null {
  if (given) return deviceFix(given, now);
  const { location, locationUpdatedAt, locationAccuracyMeters } = profile;
  if (!location || !locationUpdatedAt) return null;
  if (now.getTime() - locationUpdatedAt.getTime() > POSITION_LIVES_MS) return null;
  return {
    point: location,
    accuracyMeters: locationAccuracyMeters ?? null,
    source: 'last_known',
    updatedAt: locationUpdatedAt,
  };
}

export function deviceFix(
  fix: { latitude: number; longitude: number; accuracyMeters?: number | null },
  now: Date,
): EmergencyLocation {
  return {
    point: toGeoPoint(fix),
    accuracyMeters: fix.accuracyMeters ?? null,
    source: 'device',
    updatedAt: now,
  };
}

export interface NewEmergencyInput {
  requester: Types.ObjectId;
  sos: RaiseEmergencyDto;
  requestHash: string;
  location: EmergencyLocation | null;
  radiusMeters: number;
  /** True when the first wave is written together with the emergency. */
  alerted: boolean;
  /** True when organizations of the requester may learn of it: then a wave to their members is due at once. */
  shared: boolean;
  /** True when the requester named people who are to be told. */
  contacts?: boolean;
  now: Date;
}

/** A new emergency as it is written: `active`, number 1 in its timeline. */
export function newEmergency(input: NewEmergencyInput): Emergency {
  const { requester, sos, requestHash, location, radiusMeters, alerted, shared, contacts, now } =
    input;
  return {
    _id: new Types.ObjectId(),
    requester,
    ...(sos.requestId === undefined ? {} : { requestId: sos.requestId, requestHash }),
    type: sos.type,
    status: emergencyMachine.initial,
    live: true,
    seq: 1,
    description: sos.description ?? null,
    anonymous: sos.anonymous ?? false,
    silent: sos.silent ?? false,
    location,
    radiusMeters,
    responses: [],
    dispatch: {
      wave: alerted ? 1 : 0,
      // Without a place there is nothing to search around: the first fix sets this.
      nextAt: location ? later(now, LOOK_AGAIN_MS) : null,
      lease: null,
      origin: location ? location.point : null,
      reopened: false,
      members: { dueAt: location && shared && !sos.anonymous ? now : null, again: false },
    },
    outcome: null,
    endNotes: null,
    endedBy: null,
    createdAt: now,
    respondingAt: null,
    expiresAt: later(now, LIVES_WITHOUT_A_SIGN_MS),
    completionDueAt: null,
    objectedAt: null,
    endedAt: null,
    ...(alerted ? { escalateAt: later(now, PUSH_AFTER_MS) } : {}),
    ...(contacts ? { contactsAt: now } : {}),
  };
}
