import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../common/http/pagination';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock, later } from '../../common/time/clock';
import { AddressTallies } from '../notifications/deliveries/address-tallies';
import type { InvitationView, InviteDto } from './dto/invitation.dto';
import { InvitationCourier } from './invitation-courier';
import { ADMINS, OrganizationAccess } from './organization.access';
import { invitationMachine } from './entry.transitions';
import { Invitation, INVITATION_LIVES_MS } from './schemas/invitation.schema';
import { Organization } from './schemas/organization.schema';

/** Open invitations of an organization at most: far above what its members could be. */
const OPEN_AT_MOST = 200;
/** Mails to one address in a day (UTC), and of one person to whomever: they go to people who never heard of us. */
export const INVITED_A_DAY = 10;
export const INVITING_A_DAY = 300;

/** Inviting, and taking invitations back. What an invited person does: InvitationAcceptance. */
@Injectable()
export class InvitationsService {
  constructor(
    @InjectModel(Invitation.name) private readonly invitations: Model<Invitation>,
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    private readonly transactions: TransactionRunner,
    private readonly access: OrganizationAccess,
    private readonly courier: InvitationCourier,
    private readonly tallies: AddressTallies,
    private readonly clock: Clock,
  ) {}

  /**
   * Invites an address; for admins. An open invitation of that address is renewed: the link of its last mail works. The mail
   * is owed from the commit on. Threat: nothing here looks at accounts, so nothing tells whether the address has one.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT where too many are open.
   */
  async invite(
    actor: Actor,
    organization: Types.ObjectId,
    { email, role = 'member' }: InviteDto,
  ): Promise<InvitationView> {
    return this.transactions.run(
      async (session) => {
        await this.access.holdRole(actor, organization, ADMINS);
        await this.refuseFloods(session, actor, email);
        // Written first, so that two invitations of one address conflict here and not at the unique index.
        const { matchedCount } = await this.organizations.updateOne(
          { _id: organization, hidden: false },
          { $inc: { invitationsSent: 1 } },
        );
        if (matchedCount === 0) throw notFound('The organization');
        const now = this.clock.now();
        const open = { organization, email, status: 'pending' as const };
        const renewed = await this.invitations.exists(open);
        if (!renewed) await this.refuseTooMany(organization, now);
        const invitation = await this.invitations
          .findOneAndUpdate(
            open,
            {
              $set: {
                role,
                invitedBy: actor.id,
                createdAt: now,
                expiresAt: later(now, INVITATION_LIVES_MS),
                mailDueAt: now,
                mailAttempts: 0,
                mailedAt: null,
              },
              $setOnInsert: { seq: 0, acceptedBy: null },
            },
            { upsert: true, returnDocument: 'after' },
          )
          .lean<Invitation>();
        if (!invitation) throw new Error('An upsert gave no document.');
        this.transactions.afterCommit(() => this.courier.sendSoon(invitation._id));
        return invitationView(invitation);
      },
      { about: organization.toHexString() },
    );
  }

  /** The open ones, newest first; for admins. */
  async list(
    actor: Actor,
    organization: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<InvitationView>> {
    await this.access.seeAs(actor, organization, ADMINS);
    const before = cursor
      ? { _id: { $lt: new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0])) } }
      : {};
    const rows = await this.invitations
      .find({
        organization,
        status: 'pending',
        expiresAt: { $gt: this.clock.now() },
        ...before,
      })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Invitation[]>();
    return toPage(rows, limit, ({ _id }) => [_id.toHexString()], invitationView);
  }

  /**
   * Takes an invitation back; for admins. Repeating it changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION once it was accepted.
   */
  async revoke(actor: Actor, organization: Types.ObjectId, id: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        await this.access.holdRole(actor, organization, ADMINS);
        const moved = await moveStatus(this.invitations, session, invitationMachine, 'revoke', {
          id,
          condition: { organization },
          set: { mailDueAt: null },
        });
        if (moved) return this.forgetAddress(session, id);
        const found = await this.invitations.findOne({ _id: id, organization }).lean<Invitation>();
        if (!found) throw notFound('The invitation');
        if (found.status !== 'revoked') {
          throw new DomainError(
            'INVALID_TRANSITION',
            'The invitation was accepted. Remove the member instead.',
            { status: found.status },
          );
        }
      },
      { about: organization.toHexString() },
    );
  }

  /** Inside a transaction: nobody comes in any more by what somebody sent who is no admin now. */
  async endThoseBy(organization: Types.ObjectId, invitedBy: Types.ObjectId): Promise<void> {
    await this.end({ organization, invitedBy });
  }

  /** Inside the transaction that removes an organization. */
  async endAll(organization: Types.ObjectId): Promise<void> {
    await this.end({ organization });
  }

  /** Inside the transaction that erases the account with this address. */
  async forgetThoseTo(email: string): Promise<void> {
    await this.invitations.deleteMany({ email });
  }

  /** An address is of no use once the invitation is settled. */
  async forgetAddress(session: ClientSession, id: Types.ObjectId): Promise<void> {
    await this.invitations.updateOne({ _id: id }, { $unset: { email: 1 } }, { session });
  }

  private async end(which: QueryFilter<Invitation>): Promise<void> {
    const { from, to } = invitationMachine.transitions.revoke;
    await this.invitations.updateMany(
      { ...which, status: { $in: [...from] } },
      { $set: { status: to, mailDueAt: null }, $unset: { email: 1 }, $inc: { seq: 1 } },
    );
  }

  /** Threat: taken back and sent again all day, or by way of ever new organizations, invitations flood a mailbox. */
  private async refuseFloods(session: ClientSession, actor: Actor, email: string): Promise<void> {
    const toThem = await this.tallies.count('invitation', email, session);
    const byMe = await this.tallies.count('invitations by', actor.id.toHexString(), session);
    if (toThem <= INVITED_A_DAY && byMe <= INVITING_A_DAY) return;
    throw new DomainError(
      'CONFLICT',
      toThem > INVITED_A_DAY
        ? 'This address was sent enough invitations today. Try again tomorrow.'
        : `You have sent ${INVITING_A_DAY} invitations today. Send more tomorrow.`,
    );
  }

  private async refuseTooMany(organization: Types.ObjectId, now: Date): Promise<void> {
    const open = await this.invitations.countDocuments({
      organization,
      status: 'pending',
      expiresAt: { $gt: now },
    });
    if (open < OPEN_AT_MOST) return;
    throw new DomainError(
      'CONFLICT',
      `${OPEN_AT_MOST} invitations are open. Wait for answers, or take some back.`,
      { openAtMost: OPEN_AT_MOST },
    );
  }
}

function invitationView(invitation: Invitation): InvitationView {
  const { _id, email, role, invitedBy, createdAt, expiresAt, mailedAt } = invitation;
  return {
    id: _id.toHexString(),
    email: email ?? '',
    role,
    invitedBy: invitedBy.toHexString(),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    mailedAt: mailedAt?.toISOString() ?? null,
  };
}
