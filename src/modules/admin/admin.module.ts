import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { UsersModule } from '../users/users.module';
import { AccountSanctions } from './account-sanctions';
import { AdminUsersController } from './admin-users.controller';
import { SuspensionSweeper } from './suspension.sweeper';
import { UserModerationService } from './user-moderation.service';

/** What moderators and admins do. */
@Module({
  imports: [AuditModule, AuthModule, UsersModule],
  controllers: [AdminUsersController],
  providers: [AccountSanctions, SuspensionSweeper, UserModerationService],
  exports: [AccountSanctions, UserModerationService],
})
export class AdminModule {}
