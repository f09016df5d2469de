import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditLog } from './audit-log';
import { AuditEntry, AuditEntrySchema } from './schemas/audit-entry.schema';

/** What staff did is recorded here by every module whose things they may touch. */
@Module({
  imports: [MongooseModule.forFeature([{ name: AuditEntry.name, schema: AuditEntrySchema }])],
  providers: [AuditLog],
  exports: [AuditLog],
})
export class AuditModule {}
