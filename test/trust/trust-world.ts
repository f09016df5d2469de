import { DAY } from '../../src/common/time/clock';
import { assess, type Corroboration } from '../../src/modules/trust/score';
import { standing } from '../../src/modules/trust/standing';
import { HORIZON_MS, NEUTRAL, RESCUE_POINTS } from '../../src/modules/trust/trust.rules';

export const END = new Date('2026-11-22T12:00:00Z');

export interface Account {
  emailVerified: boolean;
  createdAt: Date;
}

export const ago = (days: number): Date => new Date(END.getTime() - days * DAY);
/** An account as most are: a confirmed address, made long ago. */
export const ordinary = (): Account => ({ emailVerified: true, createdAt: ago(3000) });
export const fresh = (): Account => ({ emailVerified: false, createdAt: END });

interface Word extends Corroboration {
  subject: string;
}

/** People and what they confirmed of each other, without a database: the rules of TrustLedger in memory. */
export class TrustWorld {
  private readonly accounts = new Map<string, Account>();
  private readonly words: Word[] = [];

  join(id: string, account: Account = ordinary()): string {
    this.accounts.set(id, account);
    return id;
  }

  /** `by` says that `helper` came. */
  rescued(by: string, helper: string, at: Date): void {
    const { emailVerified, createdAt } = this.accounts.get(by) ?? fresh();
    // Nobody loses anything here, so nobody's own score is below the middle: only there would it matter.
    const weight = standing({ emailVerified, createdAt, trustScore: NEUTRAL }, at);
    this.words.push({
      rescue: true,
      points: RESCUE_POINTS,
      weight,
      subject: helper,
      counterpart: by,
      at,
    });
  }

  scoreOf(person: string, asOf = END): number {
    const alive = this.words.filter(({ at }) => asOf.getTime() - at.getTime() < HORIZON_MS);
    const events = alive.filter(({ subject }) => subject === person);
    const counterparts = new Set(events.map(({ counterpart }) => counterpart ?? ''));
    const record = {
      events,
      reciprocal: new Set(
        alive.filter(({ counterpart }) => counterpart === person).map(({ subject }) => subject),
      ),
      links: alive.flatMap(({ subject, counterpart }) =>
        counterpart && counterparts.has(subject) && counterparts.has(counterpart)
          ? [[subject, counterpart] as const]
          : [],
      ),
    };
    return assess(record, asOf).score;
  }

  best(people: readonly string[]): number {
    return Math.max(...people.map((person) => this.scoreOf(person)));
  }
}
