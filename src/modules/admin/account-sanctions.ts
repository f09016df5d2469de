import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { AccessRegistry } from '../auth/access-registry';
import {
  AccountSuspensions,
  type ChangedAccount,
  type Suspension,
} from '../users/account-suspensions';
import { UserLifecycle } from '../users/user-lifecycle';

/**
 * Suspends by decision and lifts it, with all that follows: what others see of theirs, their part in live emergencies, and, once
 * it has committed, their sessions and sockets.
 */
@Injectable()
export class AccountSanctions {
  constructor(
    private readonly suspensions: AccountSuspensions,
    private readonly lifecycle: UserLifecycle,
    private readonly registry: AccessRegistry,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Of several the longest holds.
   *
   * @throws DomainError CONFLICT (details: organizationIds) for the last admin of an organization.
   */
  async suspend(session: ClientSession, user: Types.ObjectId, wanted: Suspension): Promise<void> {
    const begun = await this.suspensions.begin(session, user, wanted);
    if (!begun) return this.suspensions.prolong(session, user, wanted);
    await this.lifecycle.standingChanged(user, 'suspended');
    await this.lifecycle.helperRevoked(user, 'suspended');
    this.tellAccess(begun, 'suspended');
  }

  /**
   * The decision does not stand any more.
   *
   * @param remaining another decision that still holds; null where there is none.
   */
  async overturn(
    session: ClientSession,
    user: Types.ObjectId,
    decision: Types.ObjectId,
    remaining: Suspension | null,
  ): Promise<void> {
    if (remaining) {
      await this.suspensions.replace(session, user, decision, remaining);
      return;
    }
    await this.letIn(user, await this.suspensions.end(session, user, { decision }));
  }

  /** @returns false where it is not over, or was lifted already. */
  async liftIfOver(session: ClientSession, user: Types.ObjectId, now: Date): Promise<boolean> {
    const ended = await this.suspensions.end(session, user, { overAt: now });
    await this.letIn(user, ended);
    return ended !== null;
  }

  private async letIn(user: Types.ObjectId, changed: ChangedAccount | null): Promise<void> {
    if (!changed) return;
    await this.lifecycle.standingChanged(user, 'active');
    this.tellAccess(changed, 'active');
  }

  private tellAccess({ id, role }: ChangedAccount, status: 'active' | 'suspended'): void {
    this.transactions.afterCommit(() => this.registry.standingChanged({ id, role, status }));
  }
}
