import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { EventRecord } from './schemas/event.schema';

export type NewEvent = Omit<EventRecord, '_id'>;

/** Does what follows from events of a kind, in their transaction: all that are appended at once. */
export type EventHook = (session: ClientSession, events: EventRecord[]) => Promise<void>;

/** Appends to and reads from the event log. What is appended here reaches the sockets through EventRelay. */
@Injectable()
export class EventLog {
  private readonly hooks = new Map<EventRecord['kind'], EventHook>();

  constructor(@InjectModel(EventRecord.name) private readonly events: Model<EventRecord>) {}

  /**
   * What follows from the events of a kind is written with them. To be called once for each kind, in `onModuleInit`; never for
   * emergencies: on the path of an SOS nothing waits for anything else.
   */
  follow(kind: Exclude<EventRecord['kind'], 'emergency'>, hook: EventHook): void {
    if (this.hooks.has(kind)) throw new Error(`Two hooks on events of ${kind}`);
    this.hooks.set(kind, hook);
  }

  /** Inside the transaction of what happened; the database refuses a `seq` that is taken. */
  async append(session: ClientSession, events: NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const records = events.map((event) => ({ _id: new Types.ObjectId(), ...event }));
    await this.events.collection.insertMany(records, { session });
    for (const [kind, hook] of this.hooks) {
      const followed = records.filter((record) => record.kind === kind);
      if (followed.length > 0) await hook(session, followed);
    }
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
