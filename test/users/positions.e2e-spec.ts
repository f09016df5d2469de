import { Types } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PositionWriter } from '../../src/modules/users/position-writer';
import { startTestApp, type TestApp } from '../support/app';

const AT = new Date('2026-11-22T12:00:00Z');
const fixAt = (latitude: number) => ({ latitude, longitude: 13.4, accuracyMeters: 5 });

describe('Positions that come together', () => {
  let app: TestApp;
  let writer: PositionWriter;

  /** Accounts whose positions go through the same lane. */
  async function people(count: number): Promise<Types.ObjectId[]> {
    const ids = Array.from(
      { length: count },
      () => new Types.ObjectId(`${randomBytes(11).toString('hex')}04`),
    );
    await app.connection
      .collection('users')
      .insertMany(ids.map((_id, index) => ({ _id, status: 'active', displayName: `P${index}` })));
    return ids;
  }

  async function latitudeOf(id: Types.ObjectId): Promise<unknown> {
    const user = await app.connection.collection('users').findOne({ _id: id });
    return (user?.location as { coordinates: number[] } | undefined)?.coordinates[1];
  }

  beforeAll(async () => {
    app = await startTestApp();
    writer = app.get(PositionWriter);
  });
  afterAll(() => app.close());

  it('are all stored, each for its own person', async () => {
    const ids = await people(300);
    const stored = await Promise.all(
      ids.map((id, index) => writer.write(id, fixAt(index / 10), AT)),
    );
    expect(stored.every(Boolean)).toBe(true);
    for (const index of [0, 1, 150, 299]) {
      expect(await latitudeOf(ids[index])).toBe(index / 10);
    }
  });

  it('end with the last one where one person sent several', async () => {
    const [id] = (await people(1)) as [Types.ObjectId];
    const latitudes = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(latitudes.map((latitude) => writer.write(id, fixAt(latitude), AT)));
    expect(await latitudeOf(id)).toBe(39);
  });

  it('are stored although some of them are of accounts that are erased or never were', async () => {
    const [first, erased, last] = (await people(3)) as [
      Types.ObjectId,
      Types.ObjectId,
      Types.ObjectId,
    ];
    await app.connection
      .collection('users')
      .updateOne({ _id: erased }, { $set: { status: 'erased' } });
    const nobody = new Types.ObjectId(`${erased.toHexString().slice(0, 20)}ff04`);
    const stored = await Promise.all(
      [first, erased, nobody, last].map((id) => writer.write(id, fixAt(1), AT)),
    );
    expect(stored).toEqual([true, false, false, true]);
    expect(await latitudeOf(erased)).toBeUndefined();
  });

  it('end with the last one where a transaction holds the account, and each goes on alone', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [held] = (await people(1)) as [Types.ObjectId];
      const session = await app.connection.startSession();
      session.startTransaction();
      try {
        await app.connection
          .collection('users')
          .updateOne({ _id: held }, { $set: { displayName: 'held' } }, { session });
        const waiting: Promise<boolean>[] = [];
        for (let report = 1; report <= 3; report += 1) {
          waiting.push(writer.write(held, fixAt(report), new Date(AT.getTime() + report)));
          // The lane gives each up after a second, and it waits for the account by itself.
          await delay(1100);
        }
        await session.abortTransaction();
        expect(await Promise.all(waiting)).toEqual([true, true, true]);
      } finally {
        await session.endSession();
      }
      expect(await latitudeOf(held)).toBe(3);
    }
  });

  it('do not wait for one whose account a transaction holds', async () => {
    const [held, free] = (await people(2)) as [Types.ObjectId, Types.ObjectId];
    const session = await app.connection.startSession();
    session.startTransaction();
    try {
      await app.connection
        .collection('users')
        .updateOne({ _id: held }, { $set: { displayName: 'held' } }, { session });
      const waiting = writer.write(held, fixAt(2), AT);
      const stored = await Promise.all([
        writer.write(free, fixAt(3), AT),
        writer.write(free, fixAt(4), AT),
      ]);
      expect(stored).toEqual([true, true]);
      expect(await latitudeOf(free)).toBe(4);
      await session.abortTransaction();
      await expect(waiting).resolves.toBe(true);
      expect(await latitudeOf(held)).toBe(2);
    } finally {
      await session.endSession();
    }
  });
});
