import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { EventRecord } from '../events/schemas/event.schema';
import { ReportSubjects, type ReportedSubject } from '../reports/report-subjects';
import { PersonalDelivery } from '../sockets/personal-delivery';
import { displayNameIn } from '../users/display-name';
import { UsersService } from '../users/users.service';
import type { OrganizationEventData } from './events/organization-events';
import { OrganizationsService } from './organizations.service';
import { Organization } from './schemas/organization.schema';

/** Brings what happens in organizations to the admins and the people it is about, and lets organizations be reported. */
@Injectable()
export class OrganizationDelivery implements OnModuleInit {
  constructor(
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    private readonly delivery: PersonalDelivery,
    private readonly subjects: ReportSubjects,
    private readonly users: UsersService,
    private readonly service: OrganizationsService,
  ) {}

  onModuleInit(): void {
    this.delivery.register('organization', (event) => this.view(event));
    this.subjects.register('organization', (actor, id) => this.reported(actor, id), {
      remove: async (_, actor, { id }) => {
        await this.service.remove(actor, id);
        return true;
      },
    });
  }

  /** Ids as text, and the name of whom it is about: those who are told are admins, or that person. */
  private async view({ data }: EventRecord): Promise<unknown> {
    const told = withTextIds(data) as Record<string, unknown>;
    const { userId } = data as Partial<OrganizationEventData['organization.member_joined']>;
    if (!userId) return told;
    const people = await this.users.publicNames([userId]);
    const displayName = displayNameIn(people, userId);
    return { ...told, displayName };
  }

  private async reported(_: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const organization = await this.organizations
      .findOne({ _id: id, hidden: false }, { owner: 1, name: 1, description: 1 })
      .lean<Organization>();
    if (!organization) return null;
    const { owner, name, description } = organization;
    return { owner, evidence: description === null ? name : `${name}\n${description}` };
  }
}

function withTextIds(value: unknown): unknown {
  if (value instanceof Types.ObjectId) return value.toHexString();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withTextIds(field)]),
  );
}
