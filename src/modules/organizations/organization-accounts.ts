import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { AccountsService } from '../users/accounts.service';
import { type Standing, UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { InvitationsService } from './invitations.service';
import { JoinRequestsService } from './join-requests.service';
import { Roster } from './roster';
import { lastAdmin } from './roster-limits';
import type { Membership } from './schemas/membership.schema';
import { OrganizationBan } from './schemas/organization-ban.schema';

/** What follows for organizations from an account that is suspended, let in again, or erased; in the same transaction. */
@Injectable()
export class OrganizationAccounts implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(OrganizationBan.name) private readonly bans: Model<OrganizationBan>,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
    private readonly roster: Roster,
    private readonly requests: JoinRequestsService,
    private readonly invitations: InvitationsService,
    private readonly accounts: AccountsService,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /** @throws DomainError CONFLICT (details: organizationIds) where somebody suspended is the last admin. */
  async onStandingChanged(user: Types.ObjectId, standing: Standing): Promise<void> {
    const suspended = standing === 'suspended';
    await this.transactions.run(async (session) => {
      await this.each(user, (membership) => this.roster.pause(session, membership, suspended));
      await this.requests.pause(user, suspended);
    });
  }

  /** @throws DomainError CONFLICT (details: organizationIds) where they are the last admin. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      await this.each(user, (membership) =>
        this.roster.release(session, membership, 'erased', { id: user, role: membership.role }),
      );
      await this.requests.forget(user);
      await this.bans.deleteMany({ user });
      // Only of an address that they showed to be theirs: anybody can open and delete an account with somebody else's.
      const email = await this.accounts.verifiedEmail(user);
      if (email !== null) await this.invitations.forgetThoseTo(email);
    });
  }

  /** Every membership; the refusals of all are told together, so that one handing over after the other is not found out. */
  private async each(
    user: Types.ObjectId,
    work: (membership: Membership) => Promise<void>,
  ): Promise<void> {
    const refused: Types.ObjectId[] = [];
    for (const membership of await this.roster.membershipsOf(user)) {
      try {
        await work(membership);
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'CONFLICT') throw error;
        refused.push(membership.organization);
      }
    }
    if (refused.length > 0) throw lastAdmin(refused);
  }
}
