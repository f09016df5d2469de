import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { CommonModule } from '../../../common/common.module';
import { DatabaseModule } from '../../../common/database/database.module';
import { databaseConfig } from '../../../config/database.config';
import { PersonalDataModule } from '../../data-protection/personal-data.module';
import { TrustModule } from '../trust.module';

/** As little of the application as computing scores takes, for the command: no server, no sockets, no other domain. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, cache: true, load: [databaseConfig] }),
    CommonModule,
    DatabaseModule,
    PersonalDataModule,
    TrustModule,
  ],
})
export class RebuildModule {}
