import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module';
import { TrustEvent, TrustEventSchema } from './schemas/trust-event.schema';
import { TrustLedger } from './trust-ledger';
import { TrustRebuild } from './rebuild/trust-rebuild';
import { TrustRecords } from './trust-records';
import { TrustScores } from './trust-scores';
import { TrustController } from './trust.controller';
import { TrustLifecycle } from './trust.lifecycle';
import { TrustQueries } from './trust.queries';
import { TrustSweeper } from './trust.sweeper';

/** How far people may be relied on, from what others confirmed. */
@Module({
  imports: [
    MongooseModule.forFeature([{ name: TrustEvent.name, schema: TrustEventSchema }]),
    UsersModule,
  ],
  controllers: [TrustController],
  providers: [
    TrustLedger,
    TrustLifecycle,
    TrustQueries,
    TrustRebuild,
    TrustRecords,
    TrustScores,
    TrustSweeper,
  ],
  exports: [TrustLedger],
})
export class TrustModule {}
