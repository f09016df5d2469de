import type { Collection, Db, ObjectId } from 'mongodb';
import type { Place } from '../data/places';

/** Stores where people are, and nothing else: one `updateOne` by id. */
export class FloorPositions {
  private readonly users: Collection;

  constructor(database: Db) {
    this.users = database.collection('users');
  }

  /** @returns the body of the answer. */
  async record(person: ObjectId, { latitude, longitude }: Place): Promise<string> {
    const updatedAt = new Date();
    await this.users.updateOne(
      { _id: person },
      {
        $set: {
          location: { type: 'Point', coordinates: [longitude, latitude] },
          locationAccuracyMeters: null,
          locationUpdatedAt: updatedAt,
        },
      },
    );
    return JSON.stringify({ success: true, data: { latitude, longitude, updatedAt } });
  }
}
