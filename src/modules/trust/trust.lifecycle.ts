import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { PersonalData } from '../data-protection/personal-data';
import { TrustCache } from '../users/trust-cache';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { TrustQueries } from './trust.queries';
import { NEUTRAL } from './trust.rules';

/**
 * What of trust goes with a person: a copy when they ask for one, and the score when they erase their account. The events stay, as
 * ids of an empty account: they are the other side's record too, and taking them away would let somebody undo a reciprocal pair
 * by leaving.
 */
@Injectable()
export class TrustLifecycle implements UserLifecycleListener, OnModuleInit {
  constructor(
    private readonly lifecycle: UserLifecycle,
    private readonly personalData: PersonalData,
    private readonly cache: TrustCache,
    private readonly queries: TrustQueries,
    private readonly transactions: TransactionRunner,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.personalData.register('trust', (user) => this.queries.all(user));
  }

  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run((session) => this.cache.write(session, user, NEUTRAL, null));
  }
}
