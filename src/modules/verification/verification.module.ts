import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AdminModule } from '../admin/admin.module';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { FileLinksModule } from '../files/file-links.module';
import { NotificationsModule } from '../notifications/notifications.module';
import { SocketsModule } from '../sockets/sockets.module';
import { UsersModule } from '../users/users.module';
import { AdminVerificationsController } from './admin-verifications.controller';
import { Verification, VerificationSchema } from './schemas/verification.schema';
import { VerificationAccounts } from './verification-accounts';
import { VerificationDecisionsService } from './verification-decisions.service';
import { VerificationDocuments } from './verification-documents';
import { VerificationNotices } from './verification-notices';
import { VerificationController } from './verification.controller';
import { VerificationMoves } from './verification.moves';
import { VerificationQueries } from './verification.queries';
import { VerificationService } from './verification.service';
import { VerificationSweeper } from './verification.sweeper';

/** People who ask to be verified, their documents, and the moderators who decide. */
@Module({
  imports: [
    AdminModule,
    AuditModule,
    EventsModule,
    FileLinksModule,
    NotificationsModule,
    SocketsModule,
    UsersModule,
    MongooseModule.forFeature([{ name: Verification.name, schema: VerificationSchema }]),
  ],
  controllers: [VerificationController, AdminVerificationsController],
  providers: [
    VerificationAccounts,
    VerificationDecisionsService,
    VerificationDocuments,
    VerificationMoves,
    VerificationNotices,
    VerificationQueries,
    VerificationService,
    VerificationSweeper,
  ],
})
export class VerificationModule {}
