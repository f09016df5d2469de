import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import {
  type AlertAudience,
  type AlertSource,
  AlertSources,
  type MemberAlerts,
} from '../emergencies/dispatch/alert-sources';
import { Membership } from './schemas/membership.schema';
import { type MemberAlert as Setting, Organization } from './schemas/organization.schema';

/**
 * Whom organizations want told when a member raises an SOS. Both sides must be known to the organization: whoever is told was
 * approved or invited by an admin, and so was whoever raises it. The threats: a stranger who joins an open organization to
 * receive its alarms, and one who joins to set them off.
 */
@Injectable()
export class OrganizationAudience implements AlertSource, OnModuleInit {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    private readonly sources: AlertSources,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  async audiencesOf(requester: Types.ObjectId): Promise<AlertAudience[]> {
    // Asked after every SOS, and for most people in vain: by the native driver, as everything there.
    const own = await this.memberships.collection
      .find<Pick<Membership, 'organization'>>(
        { user: requester, shareEmergencies: true, approved: true },
        { projection: { organization: 1 } },
      )
      .toArray();
    if (own.length === 0) return [];
    const organizations = await this.organizations
      .find({
        _id: { $in: own.map(({ organization }) => organization) },
        hidden: false,
        'emergencySettings.alert': { $in: ['admins', 'members'] },
      })
      .lean<Organization[]>();
    return Promise.all(organizations.map((one) => this.audience(one, requester)));
  }

  /** For whom everything that has them told is still so. */
  async stillTold(
    session: ClientSession,
    { organization, members, requester }: MemberAlerts,
  ): Promise<Types.ObjectId[]> {
    const found = await this.organizations
      .findOne({ _id: organization, hidden: false })
      .session(session)
      .lean<Organization>();
    const rows = await this.memberships
      .find({ organization, user: { $in: [...members, requester] }, approved: true })
      .session(session)
      .lean<Membership[]>();
    const asking = rows.find(({ user }) => user.equals(requester));
    if (!found || !asking?.shareEmergencies) return [];
    return rows
      .filter((row) => row !== asking && isTold(row, found.emergencySettings.alert))
      .map(({ user }) => user);
  }

  private async audience(
    { _id, location, emergencySettings: { alert, radiusMeters } }: Organization,
    requester: Types.ObjectId,
  ): Promise<AlertAudience> {
    const rows = await this.memberships
      .find(
        { organization: _id, approved: true, ...(alert === 'admins' ? { role: 'admin' } : {}) },
        { user: 1 },
      )
      .lean<Membership[]>();
    return {
      organization: _id,
      members: rows.map(({ user }) => user).filter((user) => !user.equals(requester)),
      // Admins answer for the house wherever they are; whose place is not known counts as there.
      reachMeters: alert === 'admins' ? null : radiusMeters,
      home: alert === 'admins' && location ? toPlace(location) : null,
    };
  }
}

function isTold({ role }: Membership, alert: Setting): boolean {
  return alert === 'members' || (alert === 'admins' && role === 'admin');
}
