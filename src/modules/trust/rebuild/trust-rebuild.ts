import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { Clock } from '../../../common/time/clock';
import { TrustCache } from '../../users/trust-cache';
import { TrustScores } from '../trust-scores';
import { NEUTRAL } from '../trust.rules';

const BATCH = 500;

/** What a rebuild found. */
export interface RebuildResult {
  /** Accounts that were looked at. */
  people: number;
  /** Those whose cached score was not what their events say for the same moment. */
  differed: number;
}

/**
 * Computes every score from the events, as if there were no cache. Safe beside running nodes: each person has a transaction of
 * their own, which conflicts with whatever changes their record meanwhile.
 */
@Injectable()
export class TrustRebuild {
  constructor(
    private readonly cache: TrustCache,
    private readonly scores: TrustScores,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<RebuildResult> {
    const result: RebuildResult = { people: 0, differed: 0 };
    let after: Types.ObjectId | null = null;
    for (;;) {
      const batch = await this.cache.page(after, BATCH);
      for (const { id } of batch) {
        const differed = await this.transactions.run((session) => this.rebuild(session, id));
        result.people += 1;
        if (differed) result.differed += 1;
        after = id;
      }
      if (batch.length < BATCH) return result;
    }
  }

  /** @returns whether the cache had it wrong for the moment that it names. */
  private async rebuild(session: ClientSession, person: Types.ObjectId): Promise<boolean> {
    const cached = await this.cache.of(session, person);
    if (!cached) return false;
    const now = this.clock.now();
    const then = await this.scores.assess(session, person, cached.asOf ?? now);
    const differed = (then?.score ?? NEUTRAL) !== cached.trustScore;
    // Whoever has no record and never had is left as they are: most people.
    if (then || cached.asOf || differed) await this.scores.refresh(session, person, now);
    return differed;
  }
}
