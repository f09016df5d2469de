import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { EventRecord } from './schemas/event.schema';

export type NewEvent = Omit<EventRecord, '_id'>;

/** Appends to and reads from the event log. What is appended here reaches the sockets through EventRelay. */
@Injectable()
export class EventLog {
  constructor(@InjectModel(EventRecord.name) private readonly events: Model<EventRecord>) {}

  /** Inside the transaction of what happened; the database refuses a `seq` that is taken. */
  async append(session: ClientSession, events: NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.events.collection.insertMany(
      events.map((event) => ({ _id: new Types.ObjectId(), ...event })),
      { session },
    );
  }

  /**
   * The timeline after `afterSeq`, in order.
   *
   * @param upToSeq where the viewer's right to see ends; null for no end.
   */
  async timeline(
    kind: EventRecord['kind'],
    subject: Types.ObjectId,
    afterSeq: number,
    limit: number,
    upToSeq: number | null = null,
  ): Promise<EventRecord[]> {
    return this.events
      .find({
        kind,
        subject,
        seq: { $gt: afterSeq, ...(upToSeq === null ? {} : { $lte: upToSeq }) },
      })
      .sort({ seq: 1 })
      .limit(limit)
      .lean<EventRecord[]>();
  }
}
