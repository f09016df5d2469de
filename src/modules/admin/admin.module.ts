import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuthModule } from '../auth/auth.module';
import { UsersModule } from '../users/users.module';
import { AdminUsersController } from './admin-users.controller';
import { AuditLog } from './audit-log';
import { AuditEntry, AuditEntrySchema } from './schemas/audit-entry.schema';
import { UserModerationService } from './user-moderation.service';

/** What moderators and admins do. */
@Module({
  imports: [
    AuthModule,
    UsersModule,
    MongooseModule.forFeature([{ name: AuditEntry.name, schema: AuditEntrySchema }]),
  ],
  controllers: [AdminUsersController],
  providers: [AuditLog, UserModerationService],
  exports: [AuditLog],
})
export class AdminModule {}
