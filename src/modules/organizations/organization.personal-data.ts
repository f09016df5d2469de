import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { AccountsService } from '../users/accounts.service';
import { Invitation } from './schemas/invitation.schema';
import { JoinRequest } from './schemas/join-request.schema';
import { Membership } from './schemas/membership.schema';
import { OrganizationBan } from './schemas/organization-ban.schema';

/** Where somebody belongs, wanted to belong or may not, for the archive of their data. */
@Injectable()
export class OrganizationPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Membership.name) private readonly memberships: Model<Membership>,
    @InjectModel(JoinRequest.name) private readonly requests: Model<JoinRequest>,
    @InjectModel(Invitation.name) private readonly invitations: Model<Invitation>,
    @InjectModel(OrganizationBan.name) private readonly bans: Model<OrganizationBan>,
    private readonly accounts: AccountsService,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('memberships', (user) =>
      toldOneByOne(this.memberships.find({ user }).lean<Membership[]>().cursor(), (one) => ({
        id: one._id,
        organizationId: one.organization,
        role: one.role,
        approved: one.approved,
        shareEmergencies: one.shareEmergencies,
        joinedAt: one.joinedAt,
      })),
    );
    this.data.register('join-requests', (user) =>
      toldOneByOne(this.requests.find({ user }).lean<JoinRequest[]>().cursor(), (one) => ({
        id: one._id,
        organizationId: one.organization,
        status: one.status,
        message: one.message,
        createdAt: one.createdAt,
        decidedAt: one.decidedAt,
      })),
    );
    this.data.register('organization-bans', (user) =>
      toldOneByOne(this.bans.find({ user }).lean<OrganizationBan[]>().cursor(), (one) => ({
        id: one._id,
        organizationId: one.organization,
        at: one.at,
      })),
    );
    this.data.register('invitations', (user) => this.invited(user));
  }

  /** To an address that they showed to be theirs: to any other they may be somebody else's. */
  private async *invited(user: Types.ObjectId): AsyncGenerator<object> {
    const email = await this.accounts.verifiedEmail(user);
    if (email === null) return;
    const rows = this.invitations.find({ email }).lean<Invitation[]>().cursor();
    yield* toldOneByOne(rows, (one) => ({
      id: one._id,
      organizationId: one.organization,
      email: one.email ?? null,
      role: one.role,
      status: one.status,
      createdAt: one.createdAt,
      expiresAt: one.expiresAt,
    }));
  }
}
