import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type Step =
  | 'raise'
  | 'locate'
  | 'accept'
  | 'decline'
  | 'on_way'
  | 'arrived'
  | 'completed'
  | 'withdraw'
  | 'move'
  | 'message'
  | 'resolve'
  | 'cancel';

/** One time that a step was sent. */
export interface Attempt {
  /** Milliseconds since 1970. */
  sentAt: number;
  endedAt: number;
  /** The status and code that came back, or `connection` or `timeout` where none did. */
  outcome: string;
}

/** One thing that somebody did: sent, and sent again with the same key until it was answered. */
export interface Entry {
  number: number;
  step: Step;
  /** Id of who did it. */
  actor: string;
  /** The Idempotency-Key; of a message its clientId. */
  key: string;
  emergency: string | null;
  data: Record<string, unknown>;
  attempts: Attempt[];
  acknowledged: Acknowledgement | null;
  /** The final answer where it was a refusal. */
  refused: string | null;
}

export interface Acknowledgement {
  at: number;
  /** `seq` of the emergency in the answer; null where the answer holds none. */
  seq: number | null;
  replayed: boolean;
}

/**
 * What the driver knows by itself: each step with all its attempts, in memory and line by line in a file of its own, which is
 * written before the driver acts on an answer.
 */
export class Journal {
  readonly entries: Entry[] = [];

  /** @param file where the lines go; nowhere without it. */
  constructor(private readonly file?: string) {
    if (!file) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }

  begin(step: Pick<Entry, 'step' | 'actor' | 'key' | 'emergency' | 'data'>): Entry {
    const entry: Entry = {
      number: this.entries.length + 1,
      ...step,
      attempts: [],
      acknowledged: null,
      refused: null,
    };
    this.entries.push(entry);
    return entry;
  }

  note(entry: Entry): void {
    if (this.file) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}
