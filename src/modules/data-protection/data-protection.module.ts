import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuthModule } from '../auth/auth.module';
import { FileLinksModule } from '../files/file-links.module';
import { UsersModule } from '../users/users.module';
import { DataExporter } from './data-exporter';
import { DataExportsService } from './data-exports.service';
import { DataProtectionController } from './data-protection.controller';
import { DataExport, DataExportSchema } from './schemas/data-export.schema';

/** All of one's data, to take away. How long what is kept: retention.ts; what goes with an account: UserLifecycle. */
@Module({
  imports: [
    AuthModule,
    FileLinksModule,
    UsersModule,
    MongooseModule.forFeature([{ name: DataExport.name, schema: DataExportSchema }]),
  ],
  controllers: [DataProtectionController],
  providers: [DataExporter, DataExportsService],
})
export class DataProtectionModule {}
