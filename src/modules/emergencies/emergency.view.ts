import type { Types } from 'mongoose';
import { coarseCell } from '../../common/geo/coarse-cell';
import { toPlace } from '../../common/geo/geo';
import { displayNameIn } from '../users/display-name';
import type { PublicName } from '../users/users.service';
import type { AlertCounts } from './alerts/alert-queries';
import type { AlertDto } from './dto/alert.view.dto';
import type {
  EmergencyDto,
  EmergencyLocationDto,
  HelperDto,
  ResponseDto,
  ViewerDto,
} from './dto/emergency.view.dto';
import type { Viewer } from './emergency.access';
import type { EmergencyEventData, ResponseData } from './events/emergency-events';
import type { Alert } from './schemas/alert.schema';
import type { Emergency, EmergencyLocation } from './schemas/emergency.schema';

/** Names by hexadecimal id. */
export type People = ReadonlyMap<string, Pick<PublicName, 'displayName' | 'trustScore' | 'phone'>>;

/**
 * What one person may see of an emergency: disclosure by stage.
 *
 * - Alerted helpers see what kind of emergency it is, the coarse cell and their frozen distance to its centre; once it
 *   has ended, type and status alone. The threat: somebody who collects alerts to learn who lives where.
 * - Those who accepted see the exact place and, unless the requester is anonymous, name and phone, while it lives. The
 *   threat afterwards: a helper who keeps looking people up.
 * - The requester and moderators see everything; an anonymous requester is named to moderators alone.
 */
export function emergencyView(
  emergency: Emergency,
  viewer: Viewer,
  people: People,
  counts: AlertCounts | null,
): EmergencyDto {
  return viewer.role === 'alerted'
    ? alertedView(emergency, viewer)
    : participantView(emergency, viewer, people, counts);
}

/** Everybody whose name a view of this emergency may need. */
export function peopleIn(emergency: Emergency): Types.ObjectId[] {
  return [emergency.requester, ...emergency.responses.map(({ helper }) => helper)];
}

function participantView(
  emergency: Emergency,
  viewer: Viewer,
  people: People,
  counts: AlertCounts | null,
): EmergencyDto {
  const responder = viewer.role === 'responder';
  const named = !emergency.anonymous || viewer.role === 'moderator';
  const requester = people.get(emergency.requester.toHexString());
  return {
    id: emergency._id.toHexString(),
    type: emergency.type,
    status: emergency.status,
    seq: emergency.seq,
    description: emergency.description,
    anonymous: emergency.anonymous,
    silent: emergency.silent,
    requester:
      named && requester
        ? {
            id: emergency.requester.toHexString(),
            displayName: requester.displayName,
            phone: responder && !emergency.live ? null : requester.phone,
          }
        : null,
    location: locationView(emergency.location, responder && !emergency.live ? 'coarse' : 'exact'),
    radiusMeters: emergency.radiusMeters,
    responses: emergency.responses.map((response) => responseView(response, people)),
    alertCounts: responder ? null : counts,
    viewer: viewerView(viewer),
    outcome: emergency.outcome,
    createdAt: emergency.createdAt.toISOString(),
    respondingAt: emergency.respondingAt?.toISOString() ?? null,
    expiresAt: emergency.expiresAt.toISOString(),
    endedAt: emergency.endedAt?.toISOString() ?? null,
  };
}

function alertedView(emergency: Emergency, viewer: Viewer): EmergencyDto {
  const { alert } = viewer;
  const ended = !emergency.live;
  const cell = alert && !ended ? alert.cell : null;
  return {
    ...nothingButStatus(emergency),
    ...(ended || !alert
      ? {}
      : {
          seq: emergency.seq,
          radiusMeters: emergency.radiusMeters,
          distanceMeters: alert.distanceMeters,
          createdAt: emergency.createdAt.toISOString(),
          expiresAt: emergency.expiresAt.toISOString(),
        }),
    silent: emergency.silent,
    location: cell ? { ...coarse(cell), updatedAt: alert?.queuedAt.toISOString() ?? '' } : null,
    viewer: viewerView(viewer),
  };
}

function nothingButStatus(emergency: Pick<Emergency, '_id' | 'type' | 'status' | 'anonymous'>) {
  return {
    id: emergency._id.toHexString(),
    type: emergency.type,
    status: emergency.status,
    seq: 0,
    description: null,
    anonymous: emergency.anonymous,
    requester: null,
    radiusMeters: null,
    responses: [],
    alertCounts: null,
    outcome: null,
    createdAt: null,
    respondingAt: null,
    expiresAt: null,
    endedAt: null,
  };
}

/** What a wave tells one of its helpers: the same as `emergencyView` for an alerted helper, from the event alone. */
export function alertView(
  emergencyId: string,
  wave: EmergencyEventData['emergency.alerted'],
  distanceMeters: number,
  at: Date,
): EmergencyDto {
  return {
    id: emergencyId,
    type: wave.type,
    status: wave.status,
    seq: wave.emergencySeq,
    description: null,
    anonymous: wave.anonymous,
    silent: wave.silent,
    requester: null,
    location: { ...coarse(wave.cell), updatedAt: at.toISOString() },
    radiusMeters: wave.radiusMeters,
    distanceMeters,
    responses: [],
    alertCounts: null,
    viewer: { role: 'helper', alertStatus: 'sent', responseStatus: null },
    outcome: null,
    createdAt: wave.createdAt.toISOString(),
    respondingAt: null,
    expiresAt: wave.expiresAt.toISOString(),
    endedAt: null,
  };
}

function coarse(cell: {
  latitude: number;
  longitude: number;
}): Omit<EmergencyLocationDto, 'updatedAt'> {
  return {
    latitude: cell.latitude,
    longitude: cell.longitude,
    accuracyMeters: null,
    source: 'device',
    precision: 'coarse',
  };
}

function locationView(
  location: EmergencyLocation | null,
  precision: 'exact' | 'coarse',
): EmergencyLocationDto | null {
  if (!location) return null;
  const exact = toPlace(location.point);
  const shown = precision === 'exact' ? exact : coarseCell(exact);
  return {
    latitude: shown.latitude,
    longitude: shown.longitude,
    accuracyMeters: precision === 'exact' ? location.accuracyMeters : null,
    source: location.source,
    precision,
    updatedAt: location.updatedAt.toISOString(),
  };
}

function viewerView({ role, alert, response }: Viewer): ViewerDto {
  return {
    role: role === 'responder' || role === 'alerted' ? 'helper' : role,
    alertStatus: alert?.status ?? null,
    responseStatus: response?.status ?? null,
  };
}

/** A response as participants see it; the same in answers and in events. */
export function responseView(response: ResponseData, people: People): ResponseDto {
  return {
    helper: helperView(response.helper, people),
    status: response.status,
    etaSeconds: response.etaSeconds,
    respondedAt: response.respondedAt.toISOString(),
    arrivedAt: response.arrivedAt?.toISOString() ?? null,
    confirmedAt: response.confirmedAt?.toISOString() ?? null,
  };
}

function helperView(helper: Types.ObjectId, people: People): HelperDto {
  const id = helper.toHexString();
  const person = people.get(id);
  return {
    id,
    displayName: displayNameIn(people, id),
    trustScore: person?.trustScore ?? 0,
  };
}

/** A row of the ledger; the helper is named once they have accepted. */
export function alertRowView(alert: Alert, people: People): AlertDto {
  return {
    emergencyId: alert.emergency.toHexString(),
    status: alert.status,
    attempt: alert.attempt,
    distanceMeters: alert.distanceMeters,
    ...(alert.status === 'accepted' ? { helper: helperView(alert.helper, people) } : {}),
    sentAt: alert.sentAt?.toISOString() ?? null,
    deliveredAt: alert.deliveredAt?.toISOString() ?? null,
    seenAt: alert.seenAt?.toISOString() ?? null,
    answeredAt: alert.answeredAt?.toISOString() ?? null,
  };
}
