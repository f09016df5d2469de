import type { ServerEvent } from '../../src/demo/client/contract';

const ENDS = ['emergency.resolved', 'emergency.cancelled', 'emergency.expired'];

/** What a client holds of one timeline: events in the order of their numbers, each once. */
export class Room {
  /** Ids by number, 1 first. */
  readonly applied: string[] = [];
  /** What cannot be, in words. */
  readonly problems: string[] = [];
  /** Events that came although they were held already. */
  duplicates = 0;
  /** How often a live event showed that others were missing. */
  gaps = 0;
  /** The emergency has ended: nothing more is due. */
  closed = false;
  private readonly early = new Map<number, { id: string; name: string }>();

  constructor(readonly emergencyId: string) {}

  get last(): number {
    return this.applied.length;
  }

  /** @returns whether events before this one are missing, so that the client has to ask. */
  take(name: string, { seq, id }: ServerEvent): boolean {
    if (seq === null) return false;
    if (seq <= this.last) {
      this.duplicates += 1;
      if (this.applied[seq - 1] !== id) {
        this.problems.push(`number ${seq} came as ${id}, held is ${this.applied[seq - 1]}`);
      }
      return false;
    }
    this.early.set(seq, { id, name });
    for (let next = this.early.get(this.last + 1); next; next = this.early.get(this.last + 1)) {
      this.early.delete(this.last + 1);
      this.applied.push(next.id);
      this.closed ||= ENDS.includes(next.name);
    }
    if (this.early.size > 0) this.gaps += 1;
    return this.early.size > 0;
  }
}
