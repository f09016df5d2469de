import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { type MemberRole, Membership } from './schemas/membership.schema';
import { Organization } from './schemas/organization.schema';

export const ADMINS: readonly MemberRole[] = ['admin'];
export const MODERATORS: readonly MemberRole[] = ['moderator', 'admin'];
export const MEMBERS: readonly MemberRole[] = ['member', 'moderator', 'admin'];

export interface SeenByMember {
  organization: Organization;
  membership: Membership;
}

/** Who may see and do what in an organization. The profile is public; all else is for members. */
@Injectable()
export class OrganizationAccess {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
  ) {}

  /** @throws DomainError NOT_FOUND for what does not exist or was removed. */
  async see(id: Types.ObjectId): Promise<Organization> {
    const organization = await this.organizations
      .findOne({ _id: id, hidden: false })
      .lean<Organization>();
    if (!organization) throw notFound('The organization');
    return organization;
  }

  /** What somebody is to an organization; null for who is no member. */
  async membership(organization: Types.ObjectId, user: Types.ObjectId): Promise<Membership | null> {
    return this.memberships.findOne({ organization, user }).lean<Membership>();
  }

  /**
   * As `see`, for members of these roles.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async seeAs(
    actor: Actor,
    id: Types.ObjectId,
    roles: readonly MemberRole[],
  ): Promise<SeenByMember> {
    const organization = await this.see(id);
    const membership = await this.membership(id, actor.id);
    if (!membership || !roles.includes(membership.role)) throw forbidden(roles);
    return { organization, membership };
  }

  /** As `seeAs`; the platform's staff look as well, to settle what the organization cannot. */
  async seeAsStaffOr(
    actor: Actor,
    id: Types.ObjectId,
    roles: readonly MemberRole[],
  ): Promise<{ organization: Organization; membership: Membership | null }> {
    if (!isStaff(actor)) return this.seeAs(actor, id, roles);
    return {
      organization: await this.see(id),
      membership: await this.membership(id, actor.id),
    };
  }

  /**
   * Inside a transaction that does something by right of a role: the actor has it, and keeps it until that has committed.
   * It writes, so taking the role away at the same time conflicts, and one of the two runs again and sees the other.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async holdRole(
    actor: Actor,
    organization: Types.ObjectId,
    roles: readonly MemberRole[],
  ): Promise<SeenByMember> {
    const seen = await this.seeAs(actor, organization, roles);
    const { matchedCount } = await this.memberships.updateOne(
      { _id: seen.membership._id, role: { $in: [...roles] }, suspended: false },
      { $inc: { used: 1 } },
    );
    if (matchedCount === 0) throw forbidden(roles);
    return seen;
  }
}

function forbidden(roles: readonly MemberRole[]): DomainError {
  const who = roles.includes('member') ? 'members' : roles.map((role) => `${role}s`).join(' and ');
  return new DomainError('FORBIDDEN', `This is for the ${who} of the organization.`);
}
