import type { EmergencyStatus, HelperResponse, TimelineEvent } from '../client/contract';
import type { Heard } from '../client/live-client';

/** What a client that knows nothing but the timeline would believe. */
export interface Replay {
  status: EmergencyStatus;
  /** Ids of those who joined and have not left. */
  present: string[];
  /** What cannot be, in words; empty for a timeline without contradiction. */
  problems: string[];
}

const ENDS: Record<string, EmergencyStatus> = {
  'emergency.resolved': 'resolved',
  'emergency.cancelled': 'cancelled',
  'emergency.expired': 'expired',
};

/** Reads a timeline from its beginning, as a state machine of its own, and notes every contradiction. */
export function replay(events: TimelineEvent[]): Replay {
  const present = new Set<string>();
  const problems: string[] = [];
  let status: EmergencyStatus = 'active';
  for (const [index, { type, seq, data }] of events.entries()) {
    const must = (holds: boolean, problem: string): void => {
      if (!holds) problems.push(`event ${seq} (${type}): ${problem}`);
    };
    must(seq === index + 1, `number ${index + 1} expected`);
    must((index === 0) === (type === 'emergency.created'), 'creation comes first, and once');
    must(status === 'active' || status === 'responding', 'it had ended before');
    if (type === 'helper.joined') present.add((data as HelperResponse).helper.id);
    if (type === 'helper.left') present.delete((data as HelperResponse).helper.id);
    if (type === 'emergency.status_changed') {
      const { from, to } = data as { from: EmergencyStatus; to: EmergencyStatus };
      must(from === status, `it was ${status}, not ${from}`);
      must((to === 'responding') === present.size > 0, `${present.size} are coming`);
      status = to;
    }
    status = ENDS[type] ?? status;
  }
  return { status, present: [...present], problems };
}

/** The numbers of the numbered events among those heard on a socket, in the order in which they came. */
export function numbers(heard: readonly Heard[]): number[] {
  return heard.flatMap(({ event }) => (event.seq === null ? [] : [event.seq]));
}

/** 1, 2, … up to `last`. */
export function countTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
