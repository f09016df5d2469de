import { Random } from '../src/demo/random';

export const FAULT_KINDS = [
  /** SIGKILL of a server node; it is started again. */
  'node-kill',
  /** SIGKILL of the MongoDB primary; it is started again on its data. */
  'primary-kill',
  /** The primary is stopped (SIGSTOP) and goes on after five seconds: it hangs without being dead. */
  'primary-pause',
  /** Every connection of every client is cut. */
  'connections-drop',
  /** SIGKILL of a node that has just taken the lease of a wave. */
  'node-kill-in-dispatch',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  /** Milliseconds after the load began. */
  atMs: number;
  kind: FaultKind;
  /** Which of the two nodes, where the kind is about one. */
  node: number;
  /** How long what was killed stays away, or what was paused stands still. */
  downMs: number;
  /** Milliseconds between the moment that was waited for and the kill, in dispatch. */
  delayMs: number;
  /** What makes the wave due, in dispatch. */
  cause: 'first-fix' | 'last-withdrawal';
}

export const NODES = 2;
const FIRST_AFTER_MS = 2000;
const PAUSE_MS = 5000;

/** How long after a fault of this kind the next may come: what was hit has recovered by then, so figures are its own. */
const ROOM_MS: Record<FaultKind, number> = {
  'node-kill': 4500,
  'primary-kill': 17_000,
  'primary-pause': 7500,
  'connections-drop': 2500,
  'node-kill-in-dispatch': 6000,
};

/** Load with one fault of each kind lasts at least this long, in seconds. */
export const LEAST_SECONDS =
  (FIRST_AFTER_MS + Object.values(ROOM_MS).reduce((sum, room) => sum + room * 1.1, 0)) / 1000;

/**
 * What goes wrong when: rounds of every kind in a random order, with random pauses, for as long as they fit. A pure function
 * of its arguments.
 *
 * @throws RangeError for a duration in which not every kind fits once.
 */
export function schedule(seed: number, seconds: number): Fault[] {
  if (seconds < LEAST_SECONDS) {
    throw new RangeError(`A run with every kind of fault takes ${Math.ceil(LEAST_SECONDS)} s.`);
  }
  const random = new Random(seed);
  const faults: Fault[] = [];
  let at = FIRST_AFTER_MS;
  for (let round = 0; ; round += 1) {
    for (const kind of random.shuffled(FAULT_KINDS)) {
      const fault = draw(random, kind, Math.round(at));
      // Never past the end, but each kind once whatever was drawn.
      const pause = round === 0 ? random.between(0, 0.1) : random.between(0, 0.6);
      at += ROOM_MS[kind] * (1 + pause);
      if (at > seconds * 1000) return faults;
      faults.push(fault);
    }
  }
}

function draw(random: Random, kind: FaultKind, atMs: number): Fault {
  return {
    atMs,
    kind,
    node: Math.floor(random.next() * NODES),
    downMs: kind === 'primary-pause' ? PAUSE_MS : Math.round(random.between(500, 2500)),
    delayMs: Math.round(random.between(0, 6)),
    cause: random.pick(['first-fix', 'last-withdrawal']),
  };
}
