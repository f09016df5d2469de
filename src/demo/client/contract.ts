import type { Place } from '../../common/geo/geo';

/** The parts of the public contract that the demo reads, as a client would write them down for itself. */
export interface ApiFailure {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

export type Envelope<T> = { success: true; data: T } | { success: false; error: ApiFailure };

export type EmergencyStatus = 'active' | 'responding' | 'resolved' | 'cancelled' | 'expired';

export type AlertCounts = Record<
  'queued' | 'sent' | 'delivered' | 'seen' | 'accepted' | 'declined' | 'withdrawn' | 'expired',
  number
>;

export interface HelperResponse {
  helper: { id: string; displayName: string };
  status: 'accepted' | 'on_way' | 'arrived' | 'completed' | 'withdrawn';
  etaSeconds: number | null;
  arrivedAt: string | null;
}

export interface Emergency {
  id: string;
  type: string;
  status: EmergencyStatus;
  seq: number;
  description: string | null;
  requester: { id: string; displayName: string; phone: string | null } | null;
  location: (Place & { precision: 'exact' | 'coarse'; source: string }) | null;
  distanceMeters?: number;
  responses: HelperResponse[];
  alertCounts: AlertCounts | null;
  outcome: string | null;
}

export interface AlertLedger {
  counts: AlertCounts;
  items: { status: keyof AlertCounts; attempt: number; deliveredAt: string | null }[];
}

export interface ServerEvent<Data = unknown> {
  id: string;
  kind: string;
  subjectId: string;
  seq: number | null;
  at: string;
  data: Data;
}

export interface TimelineEvent extends ServerEvent {
  type: string;
  actor: { id: string | null; role: string };
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface SharedLocation {
  userId?: string;
  role?: 'requester';
  location: Place;
}
