import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountStandingService } from './account-standing.service';
import { AccountSuspensions } from './account-suspensions';
import { AccountsService } from './accounts.service';
import { ActiveAccounts } from './active-accounts';
import { BlockedPeople } from './blocked-people';
import { BlocksController } from './blocks.controller';
import { BlocksService } from './blocks.service';
import { ContactPoints } from './contact-points';
import { ContactsController } from './contacts.controller';
import { ContactsService } from './contacts.service';
import { EmergencySharing } from './emergency-sharing';
import { HelperDirectory } from './helper-directory';
import { PositionWriter } from './position-writer';
import { User, UserSchema } from './schemas/user.schema';
import { TrustCache } from './trust-cache';
import { UserAdministrationService } from './user-administration.service';
import { UserLifecycle } from './user-lifecycle';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';
import { VerifiedStanding } from './verified-standing';
import { LocationRetention } from './location-retention';
import { UserPersonalData } from './user.personal-data';

/** Accounts and profiles. The model stays in here: other modules ask the exported services. */
@Module({
  imports: [MongooseModule.forFeature([{ name: User.name, schema: UserSchema }])],
  // `users/me/…` before `users/:id`
  controllers: [ContactsController, BlocksController, UsersController],
  providers: [
    AccountSuspensions,
    LocationRetention,
    UserPersonalData,
    AccountsService,
    AccountStandingService,
    ActiveAccounts,
    BlockedPeople,
    BlocksService,
    ContactPoints,
    ContactsService,
    EmergencySharing,
    HelperDirectory,
    PositionWriter,
    TrustCache,
    UserAdministrationService,
    UserLifecycle,
    UsersService,
    VerifiedStanding,
  ],
  exports: [
    AccountSuspensions,
    AccountsService,
    AccountStandingService,
    ActiveAccounts,
    BlockedPeople,
    ContactPoints,
    EmergencySharing,
    HelperDirectory,
    TrustCache,
    UserAdministrationService,
    UserLifecycle,
    UsersService,
    VerifiedStanding,
  ],
})
export class UsersModule {}
