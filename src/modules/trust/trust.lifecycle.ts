import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { TrustCache } from '../users/trust-cache';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { NEUTRAL } from './trust.rules';

/**
 * Whoever erases their account takes their score along. The events stay, as ids of an empty account: they are the other side's
 * record too, and taking them away would let somebody undo a reciprocal pair by leaving.
 */
@Injectable()
export class TrustLifecycle implements UserLifecycleListener, OnModuleInit {
  constructor(
    private readonly lifecycle: UserLifecycle,
    private readonly cache: TrustCache,
    private readonly transactions: TransactionRunner,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run((session) => this.cache.write(session, user, NEUTRAL, null));
  }
}
