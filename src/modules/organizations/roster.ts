import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { type DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { MemberAlerts } from '../emergencies/alerts/member-alerts';
import { type EventActor, SYSTEM } from '../events/schemas/event.schema';
import { ActiveAccounts } from '../users/active-accounts';
import { Announcements } from './announcements';
import type { JoinedVia, LeftBecause } from './events/organization-events';
import { InvitationsService } from './invitations.service';
import {
  full,
  lastAdmin,
  MEMBERSHIPS_AT_MOST,
  tooManyMemberships,
  withRoom,
} from './roster-limits';
import { JoinRequest } from './schemas/join-request.schema';
import { type MemberRole, Membership } from './schemas/membership.schema';
import { Organization } from './schemas/organization.schema';

interface Entry {
  organization: Types.ObjectId;
  user: Types.ObjectId;
  role: MemberRole;
  approved: boolean;
  via: JoinedVia;
  by: EventActor;
}

/**
 * The only writer of who belongs to an organization, and of its `memberCount` and `adminCount`. Each method works inside
 * the caller's transaction and changes the rows together with the counts, by a condition on the organization's document:
 * of fifty who come in at once no more than fit get through, and the last admin does not get out. As whoever comes or goes
 * writes that document, what the caller has read of the organization in the same transaction holds at the commit too.
 */
@Injectable()
export class Roster {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    @InjectModel(JoinRequest.name) private readonly requests: Model<JoinRequest>,
    private readonly accounts: ActiveAccounts,
    private readonly invitations: InvitationsService,
    private readonly alerts: MemberAlerts,
    private readonly announcements: Announcements,
    private readonly clock: Clock,
  ) {}

  /**
   * Lets somebody in. Who is a member already stays as they are.
   *
   * @returns the membership, and whether it is new.
   * @throws DomainError CONFLICT where the organization is full or the person belongs to too many; NOT_FOUND where it is
   * gone; what ActiveAccounts throws for an account that is suspended or erased.
   */
  async admit(
    session: ClientSession,
    { organization, user, role, approved, via, by }: Entry,
  ): Promise<{ membership: Membership; fresh: boolean }> {
    const known = await this.memberships.findOne({ organization, user }).lean<Membership>();
    if (known) return { membership: known, fresh: false };
    await this.holdNewcomer(session, user);
    const { matchedCount } = await this.organizations.updateOne(
      { _id: organization, hidden: false, ...withRoom() },
      { $inc: { memberCount: 1, adminCount: role === 'admin' ? 1 : 0 } },
    );
    if (matchedCount === 0) throw await this.whyNot(organization);
    const membership = await this.insert({ organization, user, role, approved });
    await this.requests.updateOne(
      { organization, user, status: 'pending' },
      { $set: { status: 'withdrawn', decidedAt: this.clock.now() }, $inc: { seq: 1 } },
    );
    await this.announcements.make(session, {
      organization,
      type: 'organization.member_joined',
      by,
      data: { userId: user, role, via },
      about: [user],
    });
    return { membership, fresh: true };
  }

  /** The founder's own row; the organization is written with its counts at one. */
  async enterFounder(
    session: ClientSession,
    organization: Types.ObjectId,
    user: Types.ObjectId,
  ): Promise<Membership> {
    await this.holdNewcomer(session, user);
    return this.insert({ organization, user, role: 'admin', approved: true });
  }

  /**
   * Ends a membership. Where the owner goes, the longest-serving admin who is left becomes the owner.
   *
   * @throws DomainError CONFLICT (details: organizationIds) for the last admin.
   */
  async release(
    session: ClientSession,
    membership: Membership,
    because: LeftBecause,
    by: EventActor,
  ): Promise<void> {
    const { _id, organization, user, role, suspended } = membership;
    await this.giveUp(membership, { memberCount: -1 });
    const { deletedCount } = await this.memberships.deleteOne({ _id, role, suspended });
    if (deletedCount === 0) throw notFound('The member');
    await this.passOwnership(session, organization, user);
    await this.endAlerts(session, membership);
    await this.announcements.make(session, {
      organization,
      type: 'organization.member_left',
      by,
      data: { userId: user, reason: because },
      about: [user],
    });
  }

  /**
   * Changes a role, or whether an admin approves of somebody.
   *
   * @throws DomainError CONFLICT (details: organizationIds) for the last admin.
   */
  async change(
    session: ClientSession,
    membership: Membership,
    to: { role: MemberRole; approved: boolean },
    by: EventActor,
  ): Promise<void> {
    const { _id, organization, user, role, approved, suspended } = membership;
    if (role === to.role && approved === to.approved) return;
    if (role === 'admin' && to.role !== 'admin') await this.giveUp(membership, {});
    if (role !== 'admin' && to.role === 'admin' && !suspended) {
      await this.organizations.updateOne({ _id: organization }, { $inc: { adminCount: 1 } });
    }
    const { matchedCount } = await this.memberships.updateOne(
      { _id, role, suspended },
      { $set: { role: to.role, approved: to.approved } },
    );
    if (matchedCount === 0) throw notFound('The member');
    if (to.role !== 'admin') await this.passOwnership(session, organization, user);
    if (!to.approved) await this.endAlerts(session, membership);
    await this.announcements.make(session, {
      organization,
      type: 'organization.member_changed',
      by,
      data: { userId: user, ...to, from: { role, approved } },
      about: [user],
    });
  }

  /**
   * Their account was suspended, or is active again. A suspended admin can do nothing, so they do not count as one.
   *
   * @throws DomainError CONFLICT (details: organizationIds) where nobody else is an admin.
   */
  async pause(session: ClientSession, membership: Membership, suspended: boolean): Promise<void> {
    const { _id, organization, user, role } = membership;
    if (membership.suspended === suspended) return;
    if (suspended) await this.giveUp(membership, {});
    else if (role === 'admin') {
      await this.organizations.updateOne({ _id: organization }, { $inc: { adminCount: 1 } });
    }
    await this.memberships.updateOne({ _id }, { $set: { suspended } });
    if (suspended) await this.passOwnership(session, organization, user);
  }

  /**
   * Hides an organization for good. Its memberships, join requests and invitations end with it; the log keeps who belonged.
   *
   * @throws DomainError NOT_FOUND
   */
  async disband(
    session: ClientSession,
    organization: Types.ObjectId,
    by: EventActor,
  ): Promise<void> {
    const { matchedCount } = await this.organizations.updateOne(
      { _id: organization, hidden: false },
      { $set: { hidden: true, memberCount: 0, adminCount: 0 } },
    );
    if (matchedCount === 0) throw notFound('The organization');
    // While there are admins to tell.
    await this.announcements.make(session, {
      organization,
      type: 'organization.removed',
      by,
      data: {},
    });
    await this.memberships.deleteMany({ organization });
    await this.requests.deleteMany({ organization });
  }

  /** Everything that somebody belongs to. */
  async membershipsOf(user: Types.ObjectId): Promise<Membership[]> {
    // In one order, so that two transactions about the same organizations meet at the first.
    return this.memberships.find({ user }).sort({ _id: 1 }).lean<Membership[]>();
  }

  /**
   * Takes somebody out of the counts; where they are an admin, only while another is left. What an admin who is none any more
   * has sent out lets nobody in: or they would come back through an invitation to another address of theirs.
   */
  private async giveUp(
    { organization, user, role, suspended }: Membership,
    also: { memberCount?: number },
  ): Promise<void> {
    const counted = role === 'admin' && !suspended;
    const { matchedCount } = await this.organizations.updateOne(
      {
        _id: organization,
        ...(counted ? { adminCount: { $gt: 1 } } : {}),
      },
      { $inc: { ...also, adminCount: counted ? -1 : 0 } },
    );
    if (matchedCount === 0) throw lastAdmin([organization]);
    if (counted) await this.invitations.endThoseBy(organization, user);
  }

  /** Whom nobody answers for any more is alerted no more, and alerts nobody. */
  private async endAlerts(
    session: ClientSession,
    { organization, user }: Membership,
  ): Promise<void> {
    await this.alerts.ofMember(session, organization, user);
    await this.alerts.ofRequester(session, organization, user);
  }

  private async passOwnership(
    session: ClientSession,
    organization: Types.ObjectId,
    from: Types.ObjectId,
  ): Promise<void> {
    const [next] = await this.announcements.admins(organization);
    if (!next) return;
    const { matchedCount } = await this.organizations.updateOne(
      { _id: organization, owner: from },
      { $set: { owner: next } },
    );
    if (matchedCount === 0) return;
    await this.announcements.make(session, {
      organization,
      type: 'organization.owner_changed',
      by: SYSTEM,
      data: { from, to: next },
    });
  }

  private async holdNewcomer(session: ClientSession, user: Types.ObjectId): Promise<void> {
    // Two ways in at once both write the account, so they conflict: the number below is right at the commit.
    await this.accounts.hold(session, user);
    const many = await this.memberships.countDocuments({ user }).limit(MEMBERSHIPS_AT_MOST);
    if (many >= MEMBERSHIPS_AT_MOST) throw tooManyMemberships();
  }

  private async insert(
    row: Pick<Membership, 'organization' | 'user' | 'role' | 'approved'>,
  ): Promise<Membership> {
    const membership: Membership = {
      _id: new Types.ObjectId(),
      ...row,
      shareEmergencies: false,
      suspended: false,
      joinedAt: this.clock.now(),
      used: 0,
    };
    await this.memberships.create([membership]);
    return membership;
  }

  private async whyNot(organization: Types.ObjectId): Promise<DomainError> {
    const shown = await this.organizations
      .findOne({ _id: organization, hidden: false })
      .lean<Organization>();
    return shown ? full(shown) : notFound('The organization');
  }
}
