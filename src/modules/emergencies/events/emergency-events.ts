import type { Types } from 'mongoose';
import type { Place } from '../../../common/geo/geo';
import type { NewEvent } from '../../events/event-log';
import { type EventActor, SYSTEM } from '../../events/schemas/event.schema';
import type { EmergencyStatus, ResponseStatus } from '../emergency.transitions';
import type { EmergencyType, LeaveReason, Outcome } from '../schemas/emergency.schema';

/** What each event of an emergency holds on disk: ids and coarse cells, never names, texts or exact places. */
export interface EmergencyEventData {
  'emergency.created': Record<string, never>;
  /** A wave: what its helpers are told, and who they are. Not part of the timeline. */
  'emergency.alerted': {
    wave: number;
    type: EmergencyType;
    status: EmergencyStatus;
    emergencySeq: number;
    silent: boolean;
    anonymous: boolean;
    cell: Place;
    radiusMeters: number;
    createdAt: Date;
    expiresAt: Date;
    alerts: AlertedHelper[];
  };
  'emergency.status_changed': { from: EmergencyStatus; to: EmergencyStatus; because?: string };
  'emergency.resolved': { from: EmergencyStatus; outcome: Outcome };
  'emergency.cancelled': { from: EmergencyStatus };
  'emergency.expired': { from: EmergencyStatus };
  'helper.joined': ResponseData;
  'helper.status_changed': ResponseData;
  'helper.left': ResponseData & { reason: LeaveReason };
  'helper.confirmed': ResponseData;
  'alert.withdrawn': { reason: LeaveReason };
  'message.created': { messageId: Types.ObjectId };
}

export interface AlertedHelper {
  alert: Types.ObjectId;
  helper: Types.ObjectId;
  attempt: number;
  distanceMeters: number;
}

export interface ResponseData {
  helper: Types.ObjectId;
  status: ResponseStatus;
  etaSeconds: number | null;
  respondedAt: Date;
  arrivedAt: Date | null;
  /** Absent where nobody can have confirmed yet. */
  confirmedAt?: Date | null;
}

export type EmergencyEventType = keyof EmergencyEventData;

interface EventInput<Type extends EmergencyEventType> {
  emergency: Types.ObjectId;
  /** Place in the timeline; null for what is targeted or ephemeral. */
  seq: number | null;
  type: Type;
  actor: EventActor;
  at: Date;
  data: EmergencyEventData[Type];
  /** People to tell beside the room, or instead of it where `seq` is null. */
  users?: Types.ObjectId[];
}

/** An event of an emergency as it is appended to the log. What has a `seq` goes to the room. */
export function emergencyEvent<Type extends EmergencyEventType>(input: EventInput<Type>): NewEvent {
  const { emergency, seq, type, actor, at, data, users = [] } = input;
  return {
    kind: 'emergency',
    subject: emergency,
    seq,
    type,
    actor,
    at,
    audience: { room: seq !== null || type === 'message.created', users },
    data: data as Record<string, unknown>,
  };
}

/** Tells helpers that they are no longer asked. */
export function alertWithdrawnEvent(
  emergency: Types.ObjectId,
  helpers: Types.ObjectId[],
  reason: LeaveReason,
  at: Date,
): NewEvent {
  return emergencyEvent({
    emergency,
    seq: null,
    type: 'alert.withdrawn',
    actor: SYSTEM,
    at,
    users: helpers,
    data: { reason },
  });
}
