import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types, type UpdateQuery } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { toGeoPoint } from '../../common/geo/geo';
import { AuditLog } from '../audit/audit-log';
import { SubscriptionLifecycle } from '../subscriptions/subscription-lifecycle';
import type { CreateOrganizationDto, UpdateOrganizationDto } from './dto/organization.dto';
import { InvitationsService } from './invitations.service';
import { ADMINS, OrganizationAccess } from './organization.access';
import { Roster } from './roster';
import { NO_EMERGENCY_ALERTS, Organization } from './schemas/organization.schema';

/** Founding, describing and removing organizations. */
@Injectable()
export class OrganizationsService {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    private readonly transactions: TransactionRunner,
    private readonly roster: Roster,
    private readonly invitations: InvitationsService,
    private readonly access: OrganizationAccess,
    private readonly audit: AuditLog,
    private readonly subscriptions: SubscriptionLifecycle,
  ) {}

  /**
   * The founder is the owner, the first admin and the first member.
   *
   * @throws DomainError CONFLICT for who belongs to too many, ACCOUNT_SUSPENDED
   */
  async create(
    actor: Actor,
    { location, ...profile }: CreateOrganizationDto,
  ): Promise<Types.ObjectId> {
    return this.transactions.run(async (session) => {
      const _id = new Types.ObjectId();
      await this.organizations.create([
        {
          _id,
          ...profile,
          description: profile.description ?? null,
          ...(location ? { location: toGeoPoint(location) } : {}),
          owner: actor.id,
          memberCount: 1,
          adminCount: 1,
          emergencySettings: { ...NO_EMERGENCY_ALERTS },
          hidden: false,
        },
      ]);
      await this.roster.enterFounder(session, _id, actor.id);
      return _id;
    });
  }

  /**
   * Changes the profile or the way in; for admins.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async update(
    actor: Actor,
    id: Types.ObjectId,
    { location, ...changes }: UpdateOrganizationDto,
  ): Promise<void> {
    await this.transactions.run(
      async () => {
        await this.access.holdRole(actor, id, ADMINS);
        const set = Object.fromEntries(
          Object.entries(changes).filter(([, value]) => value !== undefined),
        );
        const update: UpdateQuery<Organization> = {
          $set: { ...set, ...(location ? { location: toGeoPoint(location) } : {}) },
          ...(location === null ? { $unset: { location: 1 } } : {}),
        };
        const { matchedCount } = await this.organizations.updateOne(
          { _id: id, hidden: false },
          update,
        );
        if (matchedCount === 0) throw notFound('The organization');
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Removes an organization: by its owner, or by the platform's staff, whose doing is recorded.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async remove(actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const organization = await this.access.see(id);
        const own = organization.owner.equals(actor.id);
        if (!own && !isStaff(actor)) {
          throw new DomainError('FORBIDDEN', 'Only the owner of the organization removes it.');
        }
        await this.roster.disband(session, id, {
          id: actor.id,
          role: own ? 'owner' : 'moderator',
        });
        await this.invitations.endAll(id);
        await this.subscriptions.subjectRemoved(session, id);
        if (!own) {
          await this.audit.record(actor, 'organization.removed', id, {
            hidden: { from: false, to: true },
          });
        }
      },
      { about: id.toHexString() },
    );
  }
}
