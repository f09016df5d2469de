import { isDeepStrictEqual } from 'node:util';
import type { Journal } from './journal';

interface Check {
  story: string;
  sentence: string;
  passed: boolean;
}

/** What must be so, and whether it was. */
export class Checks {
  private readonly all: Check[] = [];
  private story = '';

  constructor(private readonly journal: Journal) {}

  /** Checks from now on belong to this story. */
  begin(story: string): void {
    this.story = story;
  }

  /**
   * Notes whether something was as it must be; a failure is told at once.
   *
   * @param seen what was there instead, shown on failure.
   */
  that(passed: boolean, sentence: string, seen?: unknown): void {
    this.all.push({ story: this.story, sentence, passed });
    if (passed) return;
    this.journal.verdict(false, sentence);
    if (seen !== undefined) this.journal.say(`      instead: ${JSON.stringify(seen)}`);
  }

  /** That two values are the same, deeply. */
  same(actual: unknown, expected: unknown, sentence: string): void {
    this.that(isDeepStrictEqual(actual, expected), sentence, { actual, expected });
  }

  get allPassed(): boolean {
    return this.all.every(({ passed }) => passed);
  }

  /** Every check with its tick or cross, by story, and the sum. */
  report(): void {
    for (const story of new Set(this.all.map((check) => check.story))) {
      this.journal.say(story);
      for (const check of this.all.filter((one) => one.story === story)) {
        this.journal.verdict(check.passed, check.sentence);
      }
    }
    const passed = this.all.filter((check) => check.passed).length;
    this.journal.say(`\n${passed} of ${this.all.length} checks passed.`);
  }
}
