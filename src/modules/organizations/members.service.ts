import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import type { EventActor } from '../events/schemas/event.schema';
import type { UpdateMemberDto } from './dto/member.dto';
import { JoinRequestsService } from './join-requests.service';
import { ADMINS, MODERATORS, OrganizationAccess } from './organization.access';
import { Roster } from './roster';
import type { Membership } from './schemas/membership.schema';
import { OrganizationBan } from './schemas/organization-ban.schema';
import type { Organization } from './schemas/organization.schema';

/** Coming, going, and what admins do to members. */
@Injectable()
export class MembersService {
  constructor(
    @InjectModel(OrganizationBan.name) private readonly bans: Model<OrganizationBan>,
    private readonly transactions: TransactionRunner,
    private readonly roster: Roster,
    private readonly access: OrganizationAccess,
    private readonly requests: JoinRequestsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Joins an open organization, or asks the admins of one that decides for itself. Joining or asking again changes nothing.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN where it takes an invitation or one was removed, CONFLICT where it is full.
   */
  async join(actor: Actor, id: Types.ObjectId, message: string | null): Promise<void> {
    await this.inTurn(id, async (session) => {
      const { joinPolicy } = await this.access.see(id);
      if (await this.access.membership(id, actor.id)) return;
      await this.refuseBanned(id, actor.id);
      if (joinPolicy === 'invitation') {
        throw new DomainError('FORBIDDEN', 'One joins this organization with an invitation alone.');
      }
      if (joinPolicy === 'request') return this.requests.ask(session, actor, id, message);
      await this.roster.admit(session, {
        organization: id,
        user: actor.id,
        role: 'member',
        approved: false,
        via: 'open',
        by: { id: actor.id, role: 'member' },
      });
    });
  }

  /**
   * Leaves, or takes back a request to join. An owner who leaves hands the organization to the longest-serving other admin.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who is neither in nor waiting, CONFLICT for the last admin.
   */
  async leave(actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.inTurn(id, async (session) => {
      await this.access.see(id);
      const membership = await this.access.membership(id, actor.id);
      if (!membership && (await this.requests.withdraw(session, actor, id))) return;
      if (!membership)
        throw new DomainError('FORBIDDEN', 'You do not belong to this organization.');
      await this.roster.release(session, membership, 'left', as(actor, membership));
    });
  }

  /**
   * Gives a role, or says whether the admins approve of somebody; for admins. Nobody but the owner changes the owner.
   *
   * @returns the membership as it is after it.
   * @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT for the last admin.
   */
  async change(
    actor: Actor,
    id: Types.ObjectId,
    userId: Types.ObjectId,
    wanted: UpdateMemberDto,
  ): Promise<Membership> {
    return this.inTurn(id, async (session) => {
      const { organization, membership: own } = await this.access.holdRole(actor, id, ADMINS);
      const target = await this.target(organization, actor, userId);
      const role = wanted.role ?? target.role;
      if (role !== 'member' && wanted.approved === false) {
        throw new DomainError(
          'CONFLICT',
          'Moderators and admins are approved. Give another role first.',
        );
      }
      const approved = role !== 'member' || (wanted.approved ?? target.approved);
      await this.roster.change(session, target, { role, approved }, as(actor, own));
      return { ...target, role, approved };
    });
  }

  /**
   * Removes somebody, who then comes back by a new invitation alone. Admins remove anybody but the owner, moderators plain
   * members; removing oneself is leaving.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT for the last admin.
   */
  async remove(actor: Actor, id: Types.ObjectId, userId: Types.ObjectId): Promise<void> {
    if (actor.id.equals(userId)) return this.leave(actor, id);
    await this.inTurn(id, async (session) => {
      const { organization, membership: own } = await this.access.holdRole(actor, id, MODERATORS);
      const target = await this.target(organization, actor, userId);
      if (own.role !== 'admin' && target.role !== 'member') {
        throw new DomainError('FORBIDDEN', 'Only an admin removes a moderator or an admin.');
      }
      await this.roster.release(session, target, 'removed', as(actor, own));
      await this.bans.create([
        {
          _id: new Types.ObjectId(),
          organization: id,
          user: userId,
          by: actor.id,
          at: this.clock.now(),
        },
      ]);
    });
  }

  private async target(
    organization: Organization,
    actor: Actor,
    userId: Types.ObjectId,
  ): Promise<Membership> {
    const target = await this.access.membership(organization._id, userId);
    if (!target) throw notFound('The member');
    if (organization.owner.equals(userId) && !actor.id.equals(userId)) {
      throw new DomainError(
        'FORBIDDEN',
        'The owner stays an admin until they hand the organization over.',
      );
    }
    return target;
  }

  private async refuseBanned(organization: Types.ObjectId, user: Types.ObjectId): Promise<void> {
    if (!(await this.bans.exists({ organization, user }))) return;
    throw new DomainError(
      'FORBIDDEN',
      'You were removed from this organization. An admin has to invite you.',
    );
  }

  private inTurn<Result>(
    id: Types.ObjectId,
    work: (session: ClientSession) => Promise<Result>,
  ): Promise<Result> {
    return this.transactions.run(work, { about: id.toHexString() });
  }
}

/** As what a member acted. */
export function as(actor: Actor, { role }: Membership): EventActor {
  return { id: actor.id, role };
}
