import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { TrustCache } from '../users/trust-cache';
import { assess, type Assessment } from './score';
import { TrustRecords } from './trust-records';
import { NEUTRAL } from './trust.rules';

const NOTHING: Assessment = { score: NEUTRAL, earned: 0, lost: 0, people: 0 };

/** Computes scores from events and keeps them in the accounts. */
@Injectable()
export class TrustScores {
  constructor(
    private readonly records: TrustRecords,
    private readonly cache: TrustCache,
  ) {}

  /** What a person's record says at a moment; null where nothing of it counts (any more), which is the same as nothing. */
  async assess(
    session: ClientSession,
    person: Types.ObjectId,
    asOf: Date,
  ): Promise<Assessment | null> {
    const record = await this.records.of(session, person, asOf);
    return record && assess(record, asOf);
  }

  /**
   * Inside a transaction: computes a score anew and writes it. Every change of a record writes to the accounts of both its
   * people, and a score depends on nothing but events that share one of them with its person's: of two changes that concern
   * the same score one runs again, on whatever nodes they come.
   */
  async refresh(session: ClientSession, person: Types.ObjectId, asOf: Date): Promise<Assessment> {
    const assessment = await this.assess(session, person, asOf);
    const { score } = assessment ?? NOTHING;
    await this.cache.write(session, person, score, assessment ? asOf : null);
    return assessment ?? NOTHING;
  }
}
