import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { UsersModule } from '../users/users.module';
import { AdminUsersController } from './admin-users.controller';
import { UserModerationService } from './user-moderation.service';

/** What moderators and admins do. */
@Module({
  imports: [AuditModule, AuthModule, UsersModule],
  controllers: [AdminUsersController],
  providers: [UserModerationService],
  exports: [UserModerationService],
})
export class AdminModule {}
