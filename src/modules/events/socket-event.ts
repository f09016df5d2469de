import type { EventKind, EventRecord } from './schemas/event.schema';

/** An event as it goes over a socket: the same envelope for every domain. */
export interface SocketEvent {
  id: string;
  kind: EventKind;
  subjectId: string;
  /** Place in the subject's timeline; null for what is targeted or ephemeral. */
  seq: number | null;
  at: string;
  data: unknown;
}

/** An event with the given payload, built for whom it is sent to. */
export function socketEvent(event: EventRecord, data: unknown): SocketEvent {
  return {
    id: event._id.toHexString(),
    kind: event.kind,
    subjectId: event.subject.toHexString(),
    seq: event.seq,
    at: event.at.toISOString(),
    data,
  };
}
