import { register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { around, look, openBusiness, promote, search, shopPlace } from '../support/businesses';
import { eventually } from '../support/eventually';
import { objectId } from '../support/emergencies';
import { startTwoNodes } from '../support/race';
import { PromotionCounts } from '../../src/modules/businesses/promotions/promotion-counts';

describe('Views and clicks of promotions', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let owner: TestActor;
  let manager: TestActor;
  let customers: TestActor[];

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    [owner, manager] = [await register(server), await register(server)];
    customers = await Promise.all(Array.from({ length: 6 }, () => register(server)));
  }, 60_000);

  afterAll(() => close());

  async function promoted(fields = {}): Promise<{ id: string; promotion: string }> {
    const { id } = await openBusiness(owner, fields);
    await owner.put(`/businesses/${id}/managers/${manager.id}`);
    return { id, promotion: (await promote(server, owner, id)).id };
  }

  const counts = async (id: string): Promise<object[]> =>
    (await look(owner, id)).promotions.map(({ views, clicks }) => ({ views, clicks }));

  const rows = (id: string): Promise<Record<string, unknown>[]> =>
    server.connection
      .collection('promotion_counts')
      .find({ business: objectId(server, id) })
      .toArray();

  /** How many documents of each collection hold a text. */
  async function documentsWith(text: string): Promise<Record<string, number>> {
    const collections = (await server.connection.db?.collections()) ?? [];
    const found: [string, number][] = [];
    for (const collection of collections) {
      const all: object[] = await collection.find({}).toArray();
      const count = all.filter((one) => JSON.stringify(one).includes(text)).length;
      found.push([collection.collectionName, count]);
    }
    return Object.fromEntries(found);
  }

  it('add up over two nodes, whoever looks and wherever', async () => {
    const place = shopPlace();
    const { id, promotion } = await promoted({ location: place });
    await Promise.all(
      customers.flatMap((customer, index) => {
        const one = customer.on(index % 2 === 0 ? server : node);
        return [
          ...Array.from({ length: 5 }, () => look(one, id)),
          ...Array.from({ length: 3 }, () => search(one, around(place))),
          ...Array.from({ length: 2 }, () =>
            one.post(`/businesses/${id}/promotions/${promotion}/click`),
          ),
        ];
      }),
    );
    await eventually(async () => expect(await counts(id)).toEqual([{ views: 48, clicks: 12 }]));
  });

  it('are numbers and nothing else: nobody who looked is stored', async () => {
    const { id, promotion } = await promoted();
    const [customer] = customers;
    if (!customer) throw new Error('There is no customer.');
    const before = await documentsWith(customer.id);
    await look(customer, id);
    // A key would have to be remembered with whose it is.
    const key = { 'Idempotency-Key': 'click-once' };
    await customer.post(`/businesses/${id}/promotions/${promotion}/click`, undefined, key);
    await eventually(async () => expect(await counts(id)).toEqual([{ views: 1, clicks: 1 }]));
    for (const row of await rows(id)) {
      expect(Object.keys(row).toSorted()).toEqual([
        '_id',
        'business',
        'clicks',
        'expiresAt',
        'promotion',
        'views',
      ]);
    }
    // Wherever it could have been written.
    expect(await documentsWith(customer.id)).toEqual(before);
  });

  it('do not count its own people, nor what they do; others do not see the counts', async () => {
    const place = shopPlace();
    const { id, promotion } = await promoted({ location: place });
    for (const one of [owner, manager]) {
      await look(one, id);
      await search(one, around(place));
      expect((await one.post(`/businesses/${id}/promotions/${promotion}/click`)).status).toBe(202);
    }
    for (const one of [server, node]) await one.get(PromotionCounts).flush();
    expect(await counts(id)).toEqual([{ views: 0, clicks: 0 }]);
    const [customer] = customers;
    if (!customer) throw new Error('There is no customer.');
    expect((await look(customer, id)).promotions).toEqual([
      expect.objectContaining({ id: promotion, views: null, clicks: null }),
    ]);
  });

  it('count what was shown alone: not one for whose audience the searcher is too far away', async () => {
    const place = shopPlace();
    const { id } = await openBusiness(owner, { location: place });
    await promote(server, owner, id, 0, 1, { audienceRadiusMeters: 100 });
    const [customer] = customers;
    if (!customer) throw new Error('There is no customer.');
    await search(customer, around({ ...place, latitude: place.latitude + 0.01 }));
    await server.get(PromotionCounts).flush();
    expect(await counts(id)).toEqual([{ views: 0, clicks: 0 }]);
    await search(customer, around(place));
    await server.get(PromotionCounts).flush();
    expect(await counts(id)).toEqual([{ views: 1, clicks: 0 }]);
  });

  it('are spread over several rows a day, so that none is hot', async () => {
    const { id, promotion } = await promoted();
    const service = server.get(PromotionCounts);
    for (let flush = 0; flush < 60; flush += 1) {
      service.clicked(objectId(server, id), objectId(server, promotion));
      await service.flush();
    }
    expect((await rows(id)).length).toBeGreaterThan(3);
    expect((await rows(id)).length).toBeLessThanOrEqual(8);
    expect(await counts(id)).toEqual([{ views: 0, clicks: 60 }]);
  });

  it('that the database refuses for a while are written later, and the others not twice', async () => {
    const [refused, taken] = [await promoted(), await promoted()];
    const service = server.get(PromotionCounts);
    const view = async () => {
      for (const { id, promotion } of [refused, taken]) {
        service.viewed(objectId(server, id), [objectId(server, promotion)]);
      }
      await service.flush();
    };
    const validator = (rule: object) =>
      server.connection.db?.command({ collMod: 'promotion_counts', validator: rule });
    await validator({ business: { $ne: objectId(server, refused.id) } });
    await view();
    expect(await counts(taken.id)).toEqual([{ views: 1, clicks: 0 }]);
    await validator({});
    await view();
    expect(await counts(refused.id)).toEqual([{ views: 2, clicks: 0 }]);
    expect(await counts(taken.id)).toEqual([{ views: 2, clicks: 0 }]);
  });
});

describe('Views and clicks', () => {
  let servers: TestApp[] = [];

  const start = async (...options: Parameters<typeof startTestApp>): Promise<TestApp> => {
    const server = await startTestApp(...options);
    servers.push(server);
    return server;
  };

  afterEach(async () => {
    for (const server of servers.toReversed()) await server.close();
    servers = [];
  });

  it('that a node has counted are written when it stops', async () => {
    const after = await start();
    const stopping = await start({ database: after.connection.name });
    const owner = await register(after);
    const customer = await register(after);
    const { id } = await openBusiness(owner);
    await promote(after, owner, id);
    await look(customer.on(stopping), id);
    await stopping.close();
    servers = servers.filter((one) => one !== stopping);
    expect((await look(owner, id)).promotions[0]?.views).toBe(1);
  });

  it('are thirty clicks a minute at most for a person', async () => {
    const server = await start({ env: { RATE_LIMITS: 'on' } });
    const owner = await register(server);
    const customer = await register(server);
    const { id } = await openBusiness(owner);
    const promotion = await promote(server, owner, id);
    const statuses: number[] = [];
    for (let click = 0; click < 35; click += 1) {
      const path = `/businesses/${id}/promotions/${promotion.id}/click`;
      statuses.push((await customer.post(path)).status);
    }
    expect(statuses.filter((status) => status === 202)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual([429, 429, 429, 429, 429]);
  });
});
