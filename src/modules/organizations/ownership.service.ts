import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { AuditLog } from '../audit/audit-log';
import type { EventActor } from '../events/schemas/event.schema';
import { UserAdministrationService } from '../users/user-administration.service';
import { Announcements } from './announcements';
import { OrganizationAccess } from './organization.access';
import { Roster } from './roster';
import { Organization } from './schemas/organization.schema';

/** Handing an organization over. */
@Injectable()
export class OwnershipService {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    private readonly transactions: TransactionRunner,
    private readonly access: OrganizationAccess,
    private readonly roster: Roster,
    private readonly administration: UserAdministrationService,
    private readonly audit: AuditLog,
    private readonly announcements: Announcements,
  ) {}

  /**
   * Makes a member the owner, and an admin with it; who was the owner stays an admin. By the owner; or by an admin of the
   * platform, whose doing is recorded: the way out when the last admin is to be suspended.
   *
   * @throws DomainError NOT_FOUND for the organization or the member, FORBIDDEN, CONFLICT for who is suspended.
   */
  async handOver(actor: Actor, id: Types.ObjectId, to: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const { owner } = await this.access.see(id);
        const own = owner.equals(actor.id);
        if (!own) await this.refuseOthers(actor);
        const successor = await this.access.membership(id, to);
        if (!successor) throw notFound('The member');
        if (successor.suspended) {
          throw new DomainError('CONFLICT', 'This account is suspended. Choose another member.');
        }
        if (owner.equals(to)) return;
        const by: EventActor = { id: actor.id, role: own ? 'owner' : 'moderator' };
        // Also what makes the successor's leaving, or the owner's, at the same time conflict with this.
        const { matchedCount } = await this.organizations.updateOne(
          { _id: id, hidden: false, owner },
          { $set: { owner: to } },
        );
        if (matchedCount === 0) throw notFound('The organization');
        await this.roster.change(session, successor, { role: 'admin', approved: true }, by);
        await this.announcements.make(session, {
          organization: id,
          type: 'organization.owner_changed',
          by,
          data: { from: owner, to },
        });
        if (!own) {
          await this.audit.record(actor, 'organization.handed_over', id, {
            owner: { from: owner, to },
          });
        }
      },
      { about: id.toHexString() },
    );
  }

  private async refuseOthers(actor: Actor): Promise<void> {
    // Still one when this commits: see UserAdministrationService.holdAdmin.
    const staff = actor.role === 'admin' && (await this.administration.holdAdmin(actor.id));
    if (!staff) {
      throw new DomainError('FORBIDDEN', 'Only the owner hands the organization over.');
    }
  }
}
