import type { TestApp } from '../support/app';

/**
 * The time of both nodes. It stands still but for a millisecond each time somebody looks, so that deadlines fall due when the
 * model says and no two moments are the same.
 */
export class ModelTime {
  private milliseconds = Math.ceil(Date.now() / 1000) * 1000;

  constructor(nodes: readonly TestApp[]) {
    for (const { clock } of nodes) clock.now = () => this.now();
  }

  now(): Date {
    this.milliseconds += 1;
    return new Date(this.milliseconds);
  }

  /** To a full second: what was looked at since leaves no trace in whole seconds. */
  advance(seconds: number): void {
    this.milliseconds = (this.seconds() + seconds) * 1000;
  }

  seconds(): number {
    return Math.floor(this.milliseconds / 1000);
  }
}
