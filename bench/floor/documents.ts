import { ObjectId } from 'mongodb';
import type { Place } from '../data/places';
import { cellOf, distance, roundedDistance } from './geo';

const HOUR_MS = 3_600_000;
const LOOK_AGAIN_MS = 30_000;
const PUSH_AFTER_MS = 5000;

/** What the requester sent. */
export interface SosBody {
  type: string;
  location: Place & { accuracyMeters?: number };
}

/** What is read of the requester. */
export interface Requester {
  _id: ObjectId;
  displayName: string;
  phone: string | null;
  emergencyRadiusMeters: number;
  blockedUsers: ObjectId[];
}

export interface Chosen {
  helper: ObjectId;
  place: Place;
}

export type EmergencyRow = ReturnType<typeof emergencyRow>;

/** Field for field what AllyNet writes for an emergency (`parity.ts` compares). */
export function emergencyRow(requester: Requester, sos: SosBody, wave: number, now: Date) {
  const { latitude, longitude, accuracyMeters = null } = sos.location;
  const point = { type: 'Point', coordinates: [longitude, latitude] };
  return {
    _id: new ObjectId(),
    requester: requester._id,
    type: sos.type,
    status: 'active',
    live: true,
    seq: 1,
    description: null,
    anonymous: false,
    silent: false,
    location: { point, accuracyMeters, source: 'device', updatedAt: now },
    radiusMeters: requester.emergencyRadiusMeters,
    responses: [],
    dispatch: {
      wave,
      nextAt: new Date(now.getTime() + LOOK_AGAIN_MS),
      lease: null,
      origin: point,
      reopened: false,
      members: { dueAt: null, again: false },
    },
    outcome: null,
    endNotes: null,
    endedBy: null,
    createdAt: now,
    respondingAt: null,
    expiresAt: new Date(now.getTime() + HOUR_MS),
    completionDueAt: null,
    objectedAt: null,
    endedAt: null,
    ...(wave > 0 ? { escalateAt: new Date(now.getTime() + PUSH_AFTER_MS) } : {}),
  };
}

export type AlertRow = ReturnType<typeof alertRows>[number];

export function alertRows(emergency: ObjectId, chosen: Chosen[], cell: Place, now: Date) {
  return chosen.map(({ helper, place }, index) => ({
    _id: new ObjectId(),
    emergency,
    helper,
    status: 'queued',
    wave: 1,
    attempt: 1,
    rank: index + 1,
    distanceMeters: roundedDistance(distance(place, cell)),
    cell,
    declineReason: null,
    withdrawnBecause: null,
    queuedAt: now,
    sentAt: null,
    deliveredAt: null,
    seenAt: null,
    answeredAt: null,
  }));
}

/** The event of the emergency and, where somebody is alerted, the event of the wave. */
export function eventRows(emergency: EmergencyRow, alerts: AlertRow[], cell: Place) {
  const { _id: subject, requester, createdAt: at } = emergency;
  const created = {
    _id: new ObjectId(),
    kind: 'emergency',
    subject,
    seq: 1,
    type: 'emergency.created',
    actor: { id: requester, role: 'requester' },
    at,
    audience: { room: true, users: [] },
    data: {},
  };
  if (alerts.length === 0) return [created];
  const alerted = {
    _id: new ObjectId(),
    kind: 'emergency',
    subject,
    seq: null,
    type: 'emergency.alerted',
    actor: { id: null, role: 'system' },
    at,
    audience: { room: false, users: alerts.map(({ helper }) => helper) },
    data: {
      wave: 1,
      type: emergency.type,
      status: emergency.status,
      emergencySeq: emergency.seq,
      silent: emergency.silent,
      anonymous: emergency.anonymous,
      cell,
      radiusMeters: emergency.radiusMeters,
      createdAt: emergency.createdAt,
      expiresAt: emergency.expiresAt,
      alerts: alerts.map(({ _id, helper, attempt, distanceMeters }) => ({
        alert: _id,
        helper,
        attempt,
        distanceMeters,
      })),
    },
  };
  return [created, alerted];
}

/** The cell that the alerts of this place name. */
export function cellFor({ location }: SosBody): Place {
  return cellOf(location);
}

/** The body of the 201, with the fields of AllyNet's. */
export function answer(emergency: EmergencyRow, requester: Requester, queued: number): string {
  const { location, createdAt, expiresAt } = emergency;
  const [longitude, latitude] = location.point.coordinates;
  const { displayName, phone } = requester;
  const none = { sent: 0, delivered: 0, seen: 0, accepted: 0, declined: 0, withdrawn: 0 };
  return JSON.stringify({
    success: true,
    data: {
      id: emergency._id,
      type: emergency.type,
      status: emergency.status,
      seq: emergency.seq,
      description: emergency.description,
      anonymous: emergency.anonymous,
      silent: emergency.silent,
      requester: { id: requester._id, displayName, phone },
      location: {
        latitude,
        longitude,
        accuracyMeters: location.accuracyMeters,
        source: location.source,
        precision: 'exact',
        updatedAt: location.updatedAt,
      },
      radiusMeters: emergency.radiusMeters,
      responses: [],
      alertCounts: { queued, ...none, expired: 0 },
      viewer: { role: 'requester', alertStatus: null, responseStatus: null },
      outcome: null,
      createdAt,
      respondingAt: null,
      expiresAt,
      endedAt: null,
    },
  });
}
