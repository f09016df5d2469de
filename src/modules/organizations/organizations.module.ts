import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { EmergenciesModule } from '../emergencies/emergencies.module';
import { EventsModule } from '../events/events.module';
import { DeliveriesModule } from '../notifications/deliveries/deliveries.module';
import { ReportsModule } from '../reports/reports.module';
import { SocketsModule } from '../sockets/sockets.module';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module';
import { UsersModule } from '../users/users.module';
import { Announcements } from './announcements';
import { InvitationAcceptance } from './invitation-acceptance.service';
import { InvitationCourier } from './invitation-courier';
import { InvitationTokens } from './invitation-tokens';
import { InvitationsController } from './invitations.controller';
import { InvitationsService } from './invitations.service';
import { JoinRequestsController } from './join-requests.controller';
import { JoinRequestsService } from './join-requests.service';
import { MemberList } from './member-list.service';
import { MembersController } from './members.controller';
import { MembersService } from './members.service';
import { OrganizationAccounts } from './organization-accounts';
import { OrganizationAudience } from './organization-audience';
import { OrganizationDelivery } from './organization-delivery';
import { OrganizationEmergenciesController } from './organization-emergencies.controller';
import { OrganizationEmergenciesService } from './organization-emergencies.service';
import { OrganizationSubscriber } from './organization-subscriber';
import { OrganizationAccess } from './organization.access';
import { OrganizationQueries } from './organization.queries';
import { OrganizationsController } from './organizations.controller';
import { OrganizationsService } from './organizations.service';
import { OwnershipService } from './ownership.service';
import { Roster } from './roster';
import { Invitation, InvitationSchema } from './schemas/invitation.schema';
import { JoinRequest, JoinRequestSchema } from './schemas/join-request.schema';
import { Membership, MembershipSchema } from './schemas/membership.schema';
import { OrganizationBan, OrganizationBanSchema } from './schemas/organization-ban.schema';
import { Organization, OrganizationSchema } from './schemas/organization.schema';
import { OrganizationPersonalData } from './organization.personal-data';

/** Communities, who belongs to them, and how one comes in. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Organization.name, schema: OrganizationSchema },
      { name: Membership.name, schema: MembershipSchema },
      { name: JoinRequest.name, schema: JoinRequestSchema },
      { name: Invitation.name, schema: InvitationSchema },
      { name: OrganizationBan.name, schema: OrganizationBanSchema },
    ]),
    AuditModule,
    EmergenciesModule,
    EventsModule,
    DeliveriesModule,
    ReportsModule,
    SocketsModule,
    SubscriptionsModule,
    UsersModule,
  ],
  controllers: [
    OrganizationsController,
    MembersController,
    JoinRequestsController,
    InvitationsController,
    OrganizationEmergenciesController,
  ],
  providers: [
    OrganizationPersonalData,
    Announcements,
    InvitationAcceptance,
    InvitationCourier,
    InvitationTokens,
    InvitationsService,
    JoinRequestsService,
    MemberList,
    MembersService,
    OrganizationAccess,
    OrganizationAccounts,
    OrganizationAudience,
    OrganizationDelivery,
    OrganizationEmergenciesService,
    OrganizationQueries,
    OrganizationSubscriber,
    OrganizationsService,
    OwnershipService,
    Roster,
  ],
  exports: [OrganizationAccess, OrganizationQueries],
})
export class OrganizationsModule {}
