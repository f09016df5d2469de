import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { coarseCell } from '../../common/geo/coarse-cell';
import { toGeoPoint, toPlace } from '../../common/geo/geo';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { Alert } from './schemas/alert.schema';
import { Emergency } from './schemas/emergency.schema';
import { Message } from './schemas/message.schema';

/**
 * Takes a person out of the emergencies that they raised and came to. What stays is sealed: that there was one, of what kind,
 * in which cell of 500 m, who was asked and what came of it, by ids alone.
 */
@Injectable()
export class EmergencyErasure implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    @InjectModel(Message.name) private readonly messages: Model<Message>,
    private readonly lifecycle: UserLifecycle,
    private readonly transactions: TransactionRunner,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      await this.messages.collection.deleteMany({ sender: user }, { session });
      await this.alerts.collection.updateMany(
        { helper: user, declineReason: { $ne: null } },
        { $set: { declineReason: null } },
        { session },
      );
      const raised = await this.emergencies.collection
        .find<Pick<Emergency, '_id' | 'location'>>(
          { requester: user, erased: { $exists: false } },
          { session, projection: { location: 1 } },
        )
        .toArray();
      for (const one of raised) await this.strip(session, one);
    });
  }

  private async strip(
    session: ClientSession,
    { _id, location }: Pick<Emergency, '_id' | 'location'>,
  ): Promise<void> {
    await this.emergencies.collection.updateOne(
      { _id },
      {
        $set: {
          description: null,
          endNotes: null,
          'dispatch.origin': null,
          location: location && {
            ...location,
            point: toGeoPoint(coarseCell(toPlace(location.point))),
            accuracyMeters: null,
          },
        },
        // The client's name for the request, which may be any text, and what was sent with it.
        $unset: { requestId: '', requestHash: '' },
      },
      { session },
    );
  }
}
