import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type QueryFilter, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import { BlockedPeople } from '../users/blocked-people';
import { UsersService } from '../users/users.service';
import type { ListMembersQuery, MemberView } from './dto/member.dto';
import { MEMBERS, MODERATORS, OrganizationAccess } from './organization.access';
import { Membership } from './schemas/membership.schema';

/** Who belongs to an organization. */
@Injectable()
export class MemberList {
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
    const runs = isStaff(actor) || (membership !== null && MODERATORS.includes(membership.role));
    const filter: QueryFilter<Membership> = {
      organization,
      ...(role === undefined ? {} : { role }),
      ...(cursor === undefined ? {} : { _id: { $gt: positionOf(cursor) } }),
      ...(runs ? {} : { suspended: false, user: { $nin: await this.blocked.around(actor.id) } }),
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
      (row) => {
        const userId = row.user.toHexString();
        return {
          userId,
          displayName: people.get(userId)?.displayName ?? 'Deleted account',
          role: row.role,
          approved: runs ? row.approved : null,
          suspended: runs ? row.suspended : null,
          joinedAt: row.joinedAt.toISOString(),
        };
      },
    );
  }
}

function positionOf(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
