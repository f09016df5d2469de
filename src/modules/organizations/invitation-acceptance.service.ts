import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock } from '../../common/time/clock';
import { AccountsService } from '../users/accounts.service';
import { ActiveAccounts } from '../users/active-accounts';
import { type InvitationClaims, InvitationTokens } from './invitation-tokens';
import { InvitationsService } from './invitations.service';
import { invitationMachine } from './entry.transitions';
import { Roster } from './roster';
import { Invitation } from './schemas/invitation.schema';
import { OrganizationBan } from './schemas/organization-ban.schema';

/** Coming in with the link of a mail. */
@Injectable()
export class InvitationAcceptance {
  constructor(
    @InjectModel(Invitation.name) private readonly invitations: Model<Invitation>,
    @InjectModel(OrganizationBan.name) private readonly bans: Model<OrganizationBan>,
    private readonly transactions: TransactionRunner,
    private readonly tokens: InvitationTokens,
    private readonly service: InvitationsService,
    private readonly roster: Roster,
    private readonly accounts: AccountsService,
    private readonly active: ActiveAccounts,
    private readonly clock: Clock,
  ) {}

  /**
   * Uses an invitation up. Who is a member already is approved by it and keeps their role; who was removed before it was sent
   * may come back. Repeating one's own acceptance changes nothing.
   *
   * Threats: a link that was passed on or read along lets nobody else in (it takes the address that it was sent to, verified);
   * every token that does not work looks the same.
   *
   * @returns the organization.
   * @throws DomainError NOT_FOUND for a token that is made up, expired, revoked or used; FORBIDDEN without the address; CONFLICT
   * where the organization is full (the invitation stays).
   */
  async accept(actor: Actor, token: string): Promise<Types.ObjectId> {
    const claims = this.tokens.read(token);
    if (!claims || claims.expiresAt <= this.clock.now()) throw noInvitation();
    const found = await this.find(claims);
    await this.transactions.run((session) => this.use(session, actor, claims), {
      about: found.organization.toHexString(),
    });
    return found.organization;
  }

  private async use(session: ClientSession, actor: Actor, claims: InvitationClaims): Promise<void> {
    // Written first: the address stays theirs, and verified, until this has committed.
    await this.active.hold(session, actor.id);
    const { _id, organization, email, role, status, acceptedBy, createdAt } =
      await this.find(claims);
    if (status === 'accepted' && acceptedBy?.equals(actor.id)) return;
    if (status !== 'pending' || email === undefined) throw noInvitation();
    await this.refuseOthers(actor, email);
    await this.liftBan(organization, actor.id, createdAt);
    const moved = await moveStatus(this.invitations, session, invitationMachine, 'accept', {
      id: _id,
      set: { acceptedBy: actor.id, mailDueAt: null },
    });
    if (!moved) throw noInvitation();
    await this.service.forgetAddress(session, _id);
    const by = { id: actor.id, role: 'member' } as const;
    const entry = {
      organization,
      user: actor.id,
      role,
      approved: true,
      via: 'invitation',
      by,
    } as const;
    const { membership, fresh } = await this.roster.admit(session, entry);
    if (!fresh) {
      await this.roster.change(session, membership, { role: membership.role, approved: true }, by);
    }
  }

  private async find({ invitation: _id, expiresAt }: InvitationClaims): Promise<Invitation> {
    // A token of before a renewal says another time.
    const invitation = await this.invitations.findOne({ _id, expiresAt }).lean<Invitation>();
    if (!invitation) throw noInvitation();
    return invitation;
  }

  private async refuseOthers(actor: Actor, email: string): Promise<void> {
    const verified = await this.accounts.verifiedEmail(actor.id);
    if (verified === null) {
      throw new DomainError(
        'FORBIDDEN',
        'Verify the e-mail address of your account first, then open the link again.',
      );
    }
    if (verified !== email) {
      throw new DomainError(
        'FORBIDDEN',
        'This invitation was sent to another e-mail address than that of your account.',
      );
    }
  }

  private async liftBan(
    organization: Types.ObjectId,
    user: Types.ObjectId,
    invitedAt: Date,
  ): Promise<void> {
    const ban = await this.bans.findOne({ organization, user }).lean<OrganizationBan>();
    if (!ban) return;
    // Sent before they were removed: whoever sent it did not mean that.
    if (ban.at >= invitedAt) throw noInvitation();
    await this.bans.deleteOne({ _id: ban._id });
  }
}

function noInvitation(): DomainError {
  return notFound('An invitation that can be accepted with this link');
}
