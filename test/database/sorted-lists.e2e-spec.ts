import { Schema, Types, type Model } from 'mongoose';
import { coarseCell, coarseDistance } from '../../src/common/geo/coarse-cell';
import { distanceMeters, type GeoPoint, type Place, toGeoPoint } from '../../src/common/geo/geo';
import { distanceExpression, insideArea } from '../../src/common/geo/nearby';
import {
  behindCursor,
  type Page,
  sortBy,
  type SortOrder,
  toSortedPage,
} from '../../src/common/http/pagination';
import { BlockedPeople } from '../../src/modules/users/blocked-people';
import { register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

interface Row {
  _id: Types.ObjectId;
  price: number;
  at: Date;
  cell: GeoPoint;
}

const HERE: Place = { latitude: 52.52, longitude: 13.405 };
const CHEAPEST: SortOrder = { name: 'price', field: 'price', direction: 1, kind: 'number' };
const LATEST: SortOrder = { name: 'at', field: 'at', direction: -1, kind: 'date' };
const NEWEST: SortOrder = { name: 'newest', field: '_id', direction: -1, kind: 'id' };

describe('A sorted list in the database', () => {
  let server: TestApp;
  let rows: Model<Row>;

  beforeAll(async () => {
    server = await startTestApp();
    const schema = new Schema<Row>({ price: Number, at: Date, cell: Object });
    schema.index({ cell: '2dsphere' });
    rows = server.connection.model<Row>('Row', schema, 'sorted_list_rows');
    await rows.createIndexes();
  });

  beforeEach(() => rows.deleteMany({}));

  afterAll(() => server.close());

  const add = (count: number) =>
    rows.insertMany(
      Array.from({ length: count }, (_, index) => ({
        price: index % 7,
        at: new Date(1_700_000_000_000 + (index % 5) * 1000),
        cell: toGeoPoint(HERE),
      })),
    );

  async function page(order: SortOrder, cursor: string | undefined): Promise<Page<Row>> {
    const found = await rows
      .aggregate<Row>([{ $match: behindCursor(order, cursor) }, { $sort: sortBy(order) }])
      .limit(11);
    return toSortedPage(order, found, 10, (row) => row);
  }

  it.each([CHEAPEST, LATEST, NEWEST])(
    'by $name shows each row once, in order, while rows are added',
    async (order) => {
      const before = (await add(73)).map(({ _id }) => _id.toHexString());
      const seen: Row[] = [];
      let cursor: string | undefined;
      do {
        const { items, nextCursor } = await page(order, cursor);
        seen.push(...items);
        cursor = nextCursor ?? undefined;
        if (seen.length < 60) await add(3);
      } while (cursor);
      const ids = seen.map(({ _id }) => _id.toHexString());
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(before));
      const value = (row: Row): string | number =>
        order.field === '_id' ? row._id.toHexString() : Number(row[order.field as 'price' | 'at']);
      for (const [index, row] of seen.entries()) {
        const next = seen[index + 1];
        if (!next) continue;
        const [first, second] = order.direction === 1 ? [row, next] : [next, row];
        expect(value(first) <= value(second)).toBe(true);
      }
    },
  );

  it('refuses the cursor of another order, and what is none', async () => {
    await add(20);
    const { nextCursor } = await page(CHEAPEST, undefined);
    const other = String(nextCursor).replace('price.', 'at.');
    for (const cursor of [nextCursor, other, 'at.', 'at', '', 'price.e30']) {
      await expect(page(LATEST, String(cursor))).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    }
  });

  it('knows distances as we do, rounded, also across the antimeridian and at the poles', async () => {
    const pairs: [Place, Place][] = [
      [HERE, { latitude: 52.5201, longitude: 13.405 }],
      [HERE, { latitude: 52.6, longitude: 13.2 }],
      [
        { latitude: -17, longitude: 179.99 },
        { latitude: -17.01, longitude: -179.99 },
      ],
      [
        { latitude: 89.9, longitude: 0 },
        { latitude: 89.9, longitude: 180 },
      ],
      [HERE, { latitude: -52.52, longitude: -166.595 }],
    ];
    for (const [from, to] of pairs) {
      await rows.deleteMany({});
      await rows.create({ price: 1, at: new Date(), cell: toGeoPoint(coarseCell(to)) });
      const [row] = await rows.aggregate<{ distance: number }>([
        { $set: { distance: distanceExpression(from, 'cell') } },
      ]);
      expect(row?.distance).toBe(coarseDistance(distanceMeters(from, coarseCell(to))));
    }
  });

  it('finds what is inside an area by the index, and nothing outside', async () => {
    const at = (meters: number) =>
      toGeoPoint({ latitude: HERE.latitude + meters / 111_320, longitude: HERE.longitude });
    await rows.insertMany(
      [0, 900, 1100].map((meters) => ({ price: meters, at: new Date(), cell: at(meters) })),
    );
    const inside = { cell: insideArea({ place: HERE, radiusMeters: 1000 }) };
    const found = await rows.find(inside).lean<Row[]>();
    expect(found.map(({ price }) => price).toSorted((a, b) => a - b)).toEqual([0, 900]);
    expect(JSON.stringify(await rows.find(inside).explain())).toContain('cell_2dsphere');
  });

  it('leaves out whoever blocked, or was blocked by, the caller, found by an index', async () => {
    const [caller, blocked, blocker] = [
      await register(server),
      await register(server),
      await register(server),
    ];
    await caller.put(`/users/me/blocks/${blocked.id}`);
    await blocker.put(`/users/me/blocks/${caller.id}`);
    const around = await server.get(BlockedPeople).around(caller.objectId);
    expect(around.map(String).toSorted()).toEqual([blocked.id, blocker.id].toSorted());
    const plan = await server.connection
      .collection('users')
      .find({ blockedUsers: caller.objectId, 'blockedUsers.0': { $exists: true } })
      .explain();
    expect(JSON.stringify(plan)).toContain('user_blocked');
  });
});
