import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock, DAY, later, MINUTE } from '../../common/time/clock';
import { TrustCache } from '../users/trust-cache';
import { TrustScores } from './trust-scores';

/** A score is never older than this (and what the sweep takes): in a day a point loses 0.4 %. */
const STALE_AFTER_MS = DAY;

/** Lets the scores of people with whom nothing happens age. */
@Injectable()
export class TrustSweeper extends Sweeper {
  constructor(
    private readonly cache: TrustCache,
    private readonly scores: TrustScores,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {
    super(MINUTE);
  }

  protected async round(): Promise<void> {
    const now = this.clock.now();
    const stale = await this.attempt(() =>
      this.cache.olderThan(later(now, -STALE_AFTER_MS), SWEEP_BATCH),
    );
    for (const person of stale ?? []) {
      if (this.stopped) return;
      await this.attempt(() =>
        this.transactions.run((session) => this.scores.refresh(session, person, this.clock.now())),
      );
    }
  }
}
