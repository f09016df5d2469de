import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type QueryFilter, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { BlockedPeople } from '../users/blocked-people';
import { displayNameIn } from '../users/display-name';
import { type PublicName, UsersService } from '../users/users.service';
import type { ListMembersQuery, MemberView } from './dto/member.dto';
import { MEMBERS, MODERATORS, OrganizationAccess } from './organization.access';
import { Membership } from './schemas/membership.schema';

/** Who belongs to an organization. */
@Injectable()
export class MemberList implements ReplayView {
  constructor(
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    private readonly access: OrganizationAccess,
    private readonly blocked: BlockedPeople,
    private readonly users: UsersService,
  ) {}

  /**
   * The members in the order of joining; for members, and for the platform's staff. Plain members are not shown who is
   * suspended, nor people between whom and them there is a block; who runs the organization sees everybody.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_CURSOR
   */
  async page(
    actor: Actor,
    organization: Types.ObjectId,
    { limit, cursor, role }: ListMembersQuery,
  ): Promise<Page<MemberView>> {
    const { membership } = await this.access.seeAsStaffOr(actor, organization, MEMBERS);
    const runs = isRunBy(actor, membership);
    const filter: QueryFilter<Membership> = {
      organization,
      ...(role === undefined ? {} : { role }),
      ...(cursor === undefined ? {} : { _id: { $gt: positionOf(cursor) } }),
      ...(runs ? {} : await this.shown(actor)),
    };
    const rows = await this.memberships
      .find(filter)
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean<Membership[]>();
    const people = await this.users.publicNames(rows.map(({ user }) => user));
    return toPage(
      rows,
      limit,
      ({ _id }) => [_id.toHexString()],
      (row) => memberView(row, people, runs),
    );
  }

  /** A member, to somebody who has just changed them. */
  async view(actor: Actor, member: Membership): Promise<MemberView> {
    const own = await this.access.membership(member.organization, actor.id);
    return memberView(member, await this.users.publicNames([member.user]), isRunBy(actor, own));
  }

  /**
   * A repeated change shows the member as the caller may see them now.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async replay(actor: Actor, { id, userId }: Record<string, string>): Promise<MemberView> {
    const organization = new Types.ObjectId(id);
    const { membership } = await this.access.seeAsStaffOr(actor, organization, MEMBERS);
    const member = await this.memberships
      .findOne({
        $and: [
          { organization, user: new Types.ObjectId(userId) },
          isRunBy(actor, membership) ? {} : await this.shown(actor),
        ],
      })
      .lean<Membership>();
    if (!member) throw notFound('The member');
    return this.view(actor, member);
  }

  /** Whom plain members are shown. */
  private async shown(actor: Actor): Promise<QueryFilter<Membership>> {
    return { suspended: false, user: { $nin: await this.blocked.around(actor.id) } };
  }
}

/** Whether somebody sees everybody, and what is known of them. */
function isRunBy(actor: Actor, membership: Membership | null): boolean {
  return isStaff(actor) || (membership !== null && MODERATORS.includes(membership.role));
}

function memberView(
  { user, role, approved, suspended, joinedAt }: Membership,
  people: ReadonlyMap<string, PublicName>,
  runs: boolean,
): MemberView {
  const userId = user.toHexString();
  return {
    userId,
    displayName: displayNameIn(people, userId),
    role,
    approved: runs ? approved : null,
    suspended: runs ? suspended : null,
    joinedAt: joinedAt.toISOString(),
  };
}

function positionOf(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
