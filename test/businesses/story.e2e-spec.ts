import type { BusinessDto } from '../../src/modules/businesses/dto/business.view.dto';
import { MINUTE } from '../../src/common/time/clock';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { around, ids, look, promote, search, shopPlace } from '../support/businesses';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';

describe('The story of a business', () => {
  let server: TestApp;
  let owner: TestActor;
  let manager: TestActor;
  let customer: TestActor;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    owner = await register(server, { displayName: 'Olga Owner' });
    manager = await register(server, { displayName: 'Max Manager' });
    customer = await register(server);
    moderator = await staff(server, 'moderator');
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  it('is opened, verified, run by two, found, promoted, followed and closed, and its people hear of it', async () => {
    const place = shopPlace();
    const opened = must(
      await owner.post<BusinessDto>('/businesses', {
        name: 'Blue Door Bakery',
        category: 'restaurant',
        description: 'Bread from our own oven.',
        contact: {
          phone: '+4930555777',
          email: 'Hello@BlueDoor.example',
          website: 'https://bluedoor.example.org',
        },
        location: place,
        openingHours: {
          timeZone: 'Europe/Berlin',
          slots: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: '00:00', to: '24:00' })),
        },
      }),
    );
    expect(opened.status).toBe(201);
    const { id } = opened.data;
    expect(opened.data).toMatchObject({
      owner: { id: owner.id, displayName: 'Olga Owner' },
      managers: [],
      contact: { email: 'hello@bluedoor.example' },
      location: place,
      distanceMeters: null,
      openNow: true,
      verified: false,
      revision: 1,
      promotions: [],
      viewerRole: 'owner',
      removedAt: null,
    });
    const owners = await TestSocket.connect(owner);
    const managers = await TestSocket.connect(manager);

    const managed = must(await owner.put<BusinessDto>(`/businesses/${id}/managers/${manager.id}`));
    expect(managed.data.managers).toEqual([{ id: manager.id, displayName: 'Max Manager' }]);
    const added = await managers.event('business.manager_added');
    expect(added).toMatchObject({
      kind: 'business',
      subjectId: id,
      seq: 2,
      data: { userId: manager.id, by: { role: 'owner', id: owner.id } },
    });
    await owners.event('business.manager_added');

    must(await moderator.patch(`/admin/businesses/${id}`, { verified: true, revision: 1 }));
    for (const socket of [owners, managers]) {
      const { data } = await socket.event('business.verified');
      // Which moderator it was is not told.
      expect(data).toEqual({ verified: true, by: { role: 'moderator', id: null } });
    }

    must(await manager.patch(`/businesses/${id}`, { description: 'Bread and cakes.' }));
    const updated = await owners.event('business.updated');
    expect(updated.data).toEqual({
      fields: ['description'],
      verified: true,
      by: { role: 'manager', id: manager.id },
    });

    const promotion = await promote(server, manager, id, 0, 0.1, { discount: { percent: 20 } });
    expect(promotion).toMatchObject({ state: 'running', views: 0, clicks: 0 });
    const found = await search(customer, { ...around(place), q: 'bakery', withPromotions: true });
    expect(found.items).toHaveLength(1);
    expect(found.items[0]).toMatchObject({
      id,
      distanceMeters: 0,
      verified: true,
      managers: null,
      viewerRole: 'visitor',
      promotions: [
        {
          id: promotion.id,
          discount: { percent: 20, amount: null },
          state: 'running',
          views: null,
          clicks: null,
        },
      ],
    });
    const click = await customer.post(`/businesses/${id}/promotions/${promotion.id}/click`);
    expect(click.status).toBe(202);
    await eventually(async () => {
      const { promotions } = await look(owner, id);
      expect(promotions).toEqual([expect.objectContaining({ views: 1, clicks: 1 })]);
    }, 20_000);

    server.clock.advance(6 * MINUTE);
    expect((await look(customer, id)).promotions).toEqual([]);
    expect((await look(manager, id)).promotions).toEqual([
      expect.objectContaining({ id: promotion.id, state: 'ended', views: 1, clicks: 1 }),
    ]);

    must(await manager.delete(`/businesses/${id}/managers/${manager.id}`));
    const left = await managers.event('business.manager_removed');
    expect(left.data).toEqual({ userId: manager.id, by: { role: 'manager', id: manager.id } });
    expect((await manager.patch(`/businesses/${id}`, { name: 'Mine' })).status).toBe(403);

    must(await owner.delete(`/businesses/${id}`));
    await owners.event('business.removed');
    expect(managers.of('business.removed')).toEqual([]);
    for (const one of [customer, owner, manager]) {
      expect((await one.get(`/businesses/${id}`)).status).toBe(404);
    }
    expect(ids(await search(customer, around(place)))).toEqual([]);
    expect(ids(await search(owner, { mine: true }))).toEqual([]);
    // Hidden, and kept for the record.
    expect((await look(moderator, id)).removedAt).not.toBeNull();

    const timeline = await server.connection
      .collection('events')
      .find({ kind: 'business', 'audience.users': owner.objectId })
      .sort({ seq: 1 })
      .toArray();
    expect(timeline.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '1 business.created',
      '2 business.manager_added',
      '3 business.verified',
      '4 business.updated',
      '5 business.promotion_created',
      '6 business.manager_removed',
      '7 business.removed',
    ]);
    expect(JSON.stringify(timeline)).not.toMatch(/Blue|bluedoor|Bread|\+4930|coordinates/);
  });

  it('can be told again without a second effect, by Idempotency-Key', async () => {
    const fields = {
      name: 'Once',
      category: 'other',
      description: 'One shop.',
      location: shopPlace(),
    };
    const key = { 'Idempotency-Key': 'open-once' };
    const first = must(await owner.post<BusinessDto>('/businesses', fields, key));
    const again = must(await owner.post<BusinessDto>('/businesses', fields, key));
    expect(again.status).toBe(201);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.data.id).toBe(first.data.id);
    const other = await owner.post('/businesses', { ...fields, name: 'Twice' }, key);
    expect(other.error?.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});
