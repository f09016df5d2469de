import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { GeoPoint } from '../../../common/geo/geo';
import { Position, positionId, type PositionRole } from '../schemas/position.schema';

export interface SharedPosition {
  point: GeoPoint;
  accuracyMeters: number | null;
  at: Date;
}

/** The latest place of each participant. A write here is what the room sees, through the change stream. */
@Injectable()
export class LivePositions {
  constructor(@InjectModel(Position.name) private readonly positions: Model<Position>) {}

  async share(
    emergency: Types.ObjectId,
    user: Types.ObjectId,
    role: PositionRole,
    { point, accuracyMeters, at }: SharedPosition,
    session?: ClientSession,
  ): Promise<void> {
    // Replaced as a whole, so that the change carries all of it.
    await this.positions.collection.replaceOne(
      { _id: positionId(emergency, user, role) as never },
      { emergency, point, accuracyMeters, updatedAt: at },
      { upsert: true, ...(session ? { session } : {}) },
    );
  }

  /** The emergency ended: nobody's place is kept. */
  async forget(session: ClientSession, emergency: Types.ObjectId): Promise<void> {
    await this.positions.collection.deleteMany({ emergency }, { session });
  }

  /** One participant left: their place is not kept. */
  async forgetOne(
    session: ClientSession,
    emergency: Types.ObjectId,
    user: Types.ObjectId,
  ): Promise<void> {
    await this.positions.collection.deleteOne(
      { _id: positionId(emergency, user, 'helper') as never },
      { session },
    );
  }
}
