import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { notFound } from '../../common/errors/domain-error';
import type { Page, PageQuery } from '../../common/http/pagination';
import { MemberAlerts } from '../emergencies/alerts/member-alerts';
import { type SharedEmergency, SharedEmergencies } from '../emergencies/shared-emergencies';
import { BlockedPeople } from '../users/blocked-people';
import { displayNameIn } from '../users/display-name';
import { EmergencySharing } from '../users/emergency-sharing';
import { UsersService } from '../users/users.service';
import type {
  OrganizationEmergencyView,
  UpdateEmergencySettingsDto,
  UpdateOwnMembershipDto,
} from './dto/organization-emergencies.dto';
import { ADMINS, MEMBERS, MODERATORS, OrganizationAccess } from './organization.access';
import { Membership } from './schemas/membership.schema';
import { Organization } from './schemas/organization.schema';

/** What an organization has to do with the emergencies of its members. */
@Injectable()
export class OrganizationEmergenciesService {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    private readonly access: OrganizationAccess,
    private readonly transactions: TransactionRunner,
    private readonly alerts: MemberAlerts,
    private readonly emergencies: SharedEmergencies,
    private readonly sharing: EmergencySharing,
    private readonly users: UsersService,
    private readonly blocks: BlockedPeople,
  ) {}

  /**
   * Sets whom an SOS of a member alerts; for admins. It counts from the next SOS on, and for the live ones in that who would
   * not be told now cannot accept any more.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async updateSettings(
    actor: Actor,
    id: Types.ObjectId,
    { alert, radiusMeters }: UpdateEmergencySettingsDto,
  ): Promise<void> {
    await this.transactions.run(
      async () => {
        await this.access.holdRole(actor, id, ADMINS);
        const { matchedCount } = await this.organizations.updateOne(
          { _id: id, hidden: false },
          {
            $set: {
              ...(alert === undefined ? {} : { 'emergencySettings.alert': alert }),
              ...(radiusMeters === undefined
                ? {}
                : { 'emergencySettings.radiusMeters': radiusMeters }),
            },
          },
        );
        if (matchedCount === 0) throw notFound('The organization');
      },
      { about: id.toHexString() },
    );
  }

  /**
   * A member agrees that the organization learns of their emergencies, or does not any more: then the alerts that nobody
   * has accepted are taken back at once.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for who is no member.
   */
  async share(
    actor: Actor,
    id: Types.ObjectId,
    { shareEmergencies }: UpdateOwnMembershipDto,
  ): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const { membership } = await this.access.holdRole(actor, id, MEMBERS);
        await this.memberships.updateOne({ _id: membership._id }, { $set: { shareEmergencies } });
        const shares =
          shareEmergencies ||
          (await this.memberships.exists({ user: actor.id, shareEmergencies: true })) !== null;
        await this.sharing.set(session, actor.id, shares);
        if (!shareEmergencies) await this.alerts.ofRequester(session, id, actor.id);
      },
      { about: id.toHexString() },
    );
  }

  /**
   * The live emergencies of members who agreed, for its admins and moderators; without people blocked either way.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for other members and strangers, INVALID_CURSOR.
   */
  async live(
    actor: Actor,
    id: Types.ObjectId,
    page: PageQuery,
  ): Promise<Page<OrganizationEmergencyView>> {
    await this.access.seeAs(actor, id, MODERATORS);
    const sharing = await this.memberships
      .find({ organization: id, shareEmergencies: true, approved: true }, { user: 1 })
      .lean<Membership[]>();
    const hidden = new Set((await this.blocks.around(actor.id)).map(String));
    const { items, nextCursor } = await this.emergencies.live(
      sharing.map(({ user }) => user).filter((user) => !hidden.has(user.toHexString())),
      page,
    );
    const names = await this.users.publicNames(items.map(({ requester }) => requester));
    return {
      items: items.map((one) => emergencyOfMember(one, displayNameIn(names, one.requester))),
      nextCursor,
    };
  }
}

function emergencyOfMember(
  { id, requester, type, status, silent, cell, responders, createdAt }: SharedEmergency,
  displayName: string,
): OrganizationEmergencyView {
  return {
    emergencyId: id.toHexString(),
    member: { userId: requester.toHexString(), displayName },
    type,
    status,
    silent,
    location: cell && { latitude: cell.latitude, longitude: cell.longitude, precision: 'coarse' },
    responders,
    createdAt: createdAt.toISOString(),
  };
}
