import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { Tier } from '../../common/entitlements/tiers';
import {
  type SubscribableSubject,
  SubscriptionSubjects,
} from '../subscriptions/subscription-subjects';
import { ADMINS, OrganizationAccess } from './organization.access';
import { Membership } from './schemas/membership.schema';
import { Organization } from './schemas/organization.schema';

/** Organizations as subscribers: their admins subscribe, and their capacity follows the tier. */
@Injectable()
export class OrganizationSubscriber implements SubscribableSubject, OnModuleInit {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    private readonly subjects: SubscriptionSubjects,
    private readonly access: OrganizationAccess,
  ) {}

  onModuleInit(): void {
    this.subjects.register('organization', this);
  }

  async hold(_: ClientSession, actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.access.holdRole(actor, id, ADMINS);
  }

  async managedBy(person: Types.ObjectId): Promise<Types.ObjectId[]> {
    const rows = await this.memberships
      .find({ user: person, role: 'admin' }, { organization: 1 })
      .lean<Membership[]>();
    return rows.map(({ organization }) => organization);
  }

  /** Who comes in at the same time writes the same document: at the commit the capacity is that of the tier. */
  async entitle(_: ClientSession, id: Types.ObjectId, tier: Tier): Promise<void> {
    await this.organizations.updateOne({ _id: id }, { $set: { tier } });
  }
}
