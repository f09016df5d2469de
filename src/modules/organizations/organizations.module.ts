import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EmergenciesModule } from '../emergencies/emergencies.module';
import { OrganizationAudience } from './organization-audience';
import { Membership, MembershipSchema } from './schemas/membership.schema';
import { Organization, OrganizationSchema } from './schemas/organization.schema';

/** Communities, who belongs to them, and how one comes in. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Organization.name, schema: OrganizationSchema },
      { name: Membership.name, schema: MembershipSchema },
    ]),
    EmergenciesModule,
  ],
  providers: [OrganizationAudience],
})
export class OrganizationsModule {}
