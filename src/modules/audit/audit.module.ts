import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module';
import { AdminAuditController } from './admin-audit.controller';
import { AuditChain } from './audit-chain';
import { AuditErasure } from './audit-erasure';
import { AuditHeadExport } from './audit-head-export';
import { AuditLog } from './audit-log';
import { AuditMigration } from './audit-migration';
import { AuditQueries } from './audit-queries';
import { AuditEntry, AuditEntrySchema } from './schemas/audit-entry.schema';

/** What staff did and saw is recorded here by every module whose things they may touch. */
@Module({
  imports: [
    UsersModule,
    MongooseModule.forFeature([{ name: AuditEntry.name, schema: AuditEntrySchema }]),
  ],
  controllers: [AdminAuditController],
  providers: [AuditChain, AuditErasure, AuditHeadExport, AuditLog, AuditMigration, AuditQueries],
  exports: [AuditLog],
})
export class AuditModule {}
