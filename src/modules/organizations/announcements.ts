import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import type { EventActor } from '../events/schemas/event.schema';
import {
  type OrganizationEventData,
  type OrganizationEventType,
  organizationEvent,
} from './events/organization-events';
import { Membership } from './schemas/membership.schema';

/** How many admins are told of something, the longest-serving first. */
const ADMINS_TOLD = 50;

interface Announcement<Type extends OrganizationEventType> {
  organization: Types.ObjectId;
  type: Type;
  by: EventActor;
  data: OrganizationEventData[Type];
  /** Whom it is about: told beside the admins. */
  about?: Types.ObjectId[];
}

/** Tells the admins of an organization, and whom it is about, what happened: never all members, who may be thousands. */
@Injectable()
export class Announcements {
  constructor(
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction of what happened. */
  async make<Type extends OrganizationEventType>(
    session: ClientSession,
    { organization, type, by, data, about = [] }: Announcement<Type>,
  ): Promise<void> {
    const at = this.clock.now();
    const users = [...about, ...(await this.admins(organization))];
    await this.events.append(session, [
      organizationEvent({ organization, type, actor: by, at, data, users }),
    ]);
  }

  /** The admins who can act, or those who have been members longest where there are many; in that order. */
  async admins(organization: Types.ObjectId): Promise<Types.ObjectId[]> {
    const rows = await this.memberships
      .find({ organization, role: 'admin', suspended: false }, { user: 1 })
      .sort({ _id: 1 })
      .limit(ADMINS_TOLD)
      .lean<Membership[]>();
    return rows.map(({ user }) => user);
  }
}
