import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Delivery } from '../schemas/delivery.schema';

/** Reads what was sent, and what came of it. */
@Injectable()
export class DeliveryRecords {
  constructor(@InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>) {}

  /** The messages of one kind about a subject, the oldest first. */
  async about(subject: Types.ObjectId, kind: string, session?: ClientSession): Promise<Delivery[]> {
    return this.deliveries.collection
      .find<Delivery>({ 'subject.id': subject, kind }, session ? { session } : {})
      .sort({ _id: 1 })
      .toArray();
  }

  /** The contacts, in hexadecimal, to whom messages of one kind were queued for somebody since then. */
  async contactsTold(
    user: Types.ObjectId,
    kind: string,
    since: Date,
    session: ClientSession,
  ): Promise<Set<string>> {
    const rows = await this.deliveries.collection
      .find<Pick<Delivery, 'params'>>(
        { user, kind, createdAt: { $gte: since } },
        { session, projection: { params: 1 } },
      )
      .toArray();
    return new Set(rows.map(({ params }) => String(params.contact)));
  }

  async byKey(key: string): Promise<Delivery | null> {
    return this.deliveries.findOne({ key }).lean<Delivery>();
  }
}
