import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ChangeFeed } from './change-feed';
import { EventMetrics } from './event-metrics';
import { EventLog } from './event-log';
import { EventRelay } from './event-relay';
import { EventRecord, EventSchema } from './schemas/event.schema';

/** How every domain tells the world: the event log, its relay, and the change stream both stand on. */
@Module({
  imports: [MongooseModule.forFeature([{ name: EventRecord.name, schema: EventSchema }])],
  providers: [ChangeFeed, EventLog, EventMetrics, EventRelay],
  exports: [ChangeFeed, EventLog, EventRelay],
})
export class EventsModule {}
