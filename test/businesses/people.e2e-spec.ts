import { Types } from 'mongoose';
import type { BusinessDto } from '../../src/modules/businesses/dto/business.view.dto';
import { adminOf, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  around,
  businessFields,
  ids,
  look,
  openBusiness,
  promote,
  search,
  shopPlace,
} from '../support/businesses';
import { eventually } from '../support/eventually';
import { objectId, outcome } from '../support/emergencies';
import { closeSockets, TestSocket } from '../support/sockets';

describe('The people of a business', () => {
  let server: TestApp;
  let owner: TestActor;
  let manager: TestActor;
  let customer: TestActor;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    moderator = await staff(server, 'moderator');
  });

  beforeEach(async () => {
    [owner, manager, customer] = await Promise.all([
      register(server, { displayName: 'Olga Owner' }),
      register(server, { displayName: 'Max Manager' }),
      register(server),
    ]);
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  async function managed(fields = {}): Promise<BusinessDto> {
    const { id } = await openBusiness(owner, fields);
    return must(await owner.put<BusinessDto>(`/businesses/${id}/managers/${manager.id}`)).data;
  }

  const audited = (target: string) =>
    server.connection
      .collection('audit_log')
      .find({ target: objectId(server, target) })
      .sort({ _id: 1 })
      .toArray();

  const suspend = async (who: TestActor, status: 'suspended' | 'active') =>
    must(await (await adminOf(server)).patch(`/admin/users/${who.id}`, { status }));

  describe('Managers', () => {
    it('change it and its promotions; owning it stays with the owner', async () => {
      const { id } = await managed();
      must(await manager.patch(`/businesses/${id}`, { contact: { phone: '+4930777888' } }));
      await promote(server, manager, id);
      expect(await look(manager, id)).toMatchObject({
        viewerRole: 'manager',
        managers: [{ id: manager.id, displayName: 'Max Manager' }],
      });
      expect(outcome(await manager.delete(`/businesses/${id}`))).toBe('403 FORBIDDEN');
      for (const call of [
        manager.put(`/businesses/${id}/managers/${customer.id}`),
        customer.put(`/businesses/${id}/managers/${customer.id}`),
        customer.delete(`/businesses/${id}/managers/${manager.id}`),
        customer.delete(`/businesses/${id}/managers/${customer.id}`),
        customer.patch(`/businesses/${id}`, { name: 'Mine' }),
      ]) {
        expect(outcome(await call)).toBe('403 FORBIDDEN');
      }
      expect(ids(await search(manager, { mine: true }))).toEqual([id]);
      expect(ids(await search(owner, { mine: true }))).toEqual([id]);
      expect(ids(await search(customer, { mine: true }))).toEqual([]);
    });

    it('who repeat a change after they left are shown what a visitor is', async () => {
      const { id } = await managed();
      const change = () =>
        manager.patch<BusinessDto>(
          `/businesses/${id}`,
          { description: 'Once.' },
          { 'Idempotency-Key': 'change-once' },
        );
      expect((await change()).data).toMatchObject({ viewerRole: 'manager' });
      must(await owner.delete(`/businesses/${id}/managers/${manager.id}`));
      const again = await change();
      expect(again.headers.get('Idempotency-Replayed')).toBe('true');
      expect(again.data).toMatchObject({ viewerRole: 'visitor', managers: null });
    });

    it('are added once, and never the owner, a stranger’s id or nobody', async () => {
      const { id } = await managed();
      const again = must(await owner.put<BusinessDto>(`/businesses/${id}/managers/${manager.id}`));
      expect(again.data.managers).toHaveLength(1);
      const add = (who: string) => owner.put(`/businesses/${id}/managers/${who}`);
      expect(outcome(await add(owner.id))).toBe('400 VALIDATION_FAILED');
      expect(outcome(await add('f'.repeat(24)))).toBe('404 NOT_FOUND');
      await suspend(customer, 'suspended');
      expect(outcome(await add(customer.id))).toBe('404 NOT_FOUND');
      const remove = await owner.delete(`/businesses/${id}/managers/${customer.id}`);
      expect(outcome(remove)).toBe('404 NOT_FOUND');
    });

    it('are told when the owner removes them, and may do nothing from then on', async () => {
      const { id } = await managed();
      const socket = await TestSocket.connect(manager);
      must(await owner.delete(`/businesses/${id}/managers/${manager.id}`));
      const { data } = await socket.event('business.manager_removed');
      expect(data).toEqual({ userId: manager.id, by: { role: 'owner', id: owner.id } });
      expect(outcome(await manager.patch(`/businesses/${id}`, { name: 'x' }))).toBe(
        '403 FORBIDDEN',
      );
      expect(await look(manager, id)).toMatchObject({ viewerRole: 'visitor', managers: null });
      must(await owner.patch(`/businesses/${id}`, { description: 'Without them.' }));
      const owners = await TestSocket.connect(owner);
      must(await owner.patch(`/businesses/${id}`, { description: 'Once more.' }));
      await owners.event('business.updated');
      expect(socket.of('business.updated')).toEqual([]);
    });
  });

  describe('Verification', () => {
    const verify = (id: string, fields: object = {}) =>
      moderator.patch<BusinessDto>(`/admin/businesses/${id}`, { verified: true, ...fields });

    it.each<[string, object]>([
      ['name', { name: 'The National Bank' }],
      ['category', { category: 'healthcare' }],
      ['place', { location: shopPlace() }],
    ])('ends with another %s', async (_, change) => {
      const { id } = await managed();
      must(await verify(id));
      const socket = await TestSocket.connect(owner);
      const changed = must(await manager.patch<BusinessDto>(`/businesses/${id}`, change)).data;
      expect(changed).toMatchObject({ verified: false, revision: 2 });
      expect((await socket.event('business.updated')).data.verified).toBe(false);
    });

    it('and timeline are left alone by a change that changes nothing', async () => {
      const sent = {
        contact: { phone: '+4930555777', email: 'hello@shop.example' },
        openingHours: {
          timeZone: 'Europe/Berlin',
          slots: [{ day: 3, from: '09:00', to: '18:00' }],
          exceptions: [{ date: '2026-12-24', slots: [] }],
        },
      };
      const { id, name, category, description, location } = await openBusiness(owner, sent);
      const kept = () =>
        server.connection.collection('businesses').findOne({ _id: new Types.ObjectId(id) });
      const before = await kept();
      for (const same of [{}, { name, category, description, location, ...sent }]) {
        must(await owner.patch(`/businesses/${id}`, same));
        expect(await kept()).toEqual(before);
      }
      const socket = await TestSocket.connect(owner);
      must(await owner.patch(`/businesses/${id}`, { ...sent, name, description: 'Other.' }));
      expect((await socket.event('business.updated')).data.fields).toEqual(['description']);
      expect((await kept())?.seq).toBe(2);
    });

    it('stays with the rest, and with what is sent again as it was', async () => {
      const { id, name, category, location } = await managed();
      must(await verify(id));
      must(await owner.patch(`/businesses/${id}`, { name, category, location }));
      must(await owner.patch(`/businesses/${id}`, { description: 'New.', openingHours: null }));
      expect(await look(customer, id)).toMatchObject({ verified: true, revision: 1 });
    });

    it('is of what the moderator looked at: an older revision is refused', async () => {
      const { id } = await managed();
      must(await owner.patch(`/businesses/${id}`, { name: 'The National Bank' }));
      const answer = await verify(id, { revision: 1 });
      expect(answer.error).toMatchObject({ code: 'CONFLICT', details: { revision: 2 } });
      expect((await look(customer, id)).verified).toBe(false);
    });

    it('is recorded once, is taken back, and is no word of the owner’s', async () => {
      const { id } = await managed();
      for (let time = 0; time < 2; time += 1) expect((await verify(id)).data.verified).toBe(true);
      must(await verify(id, { verified: false }));
      expect(await audited(id)).toEqual([
        expect.objectContaining({
          actor: moderator.objectId,
          action: 'business.verified',
          changes: { verified: { from: false, to: true } },
        }),
        expect.objectContaining({ changes: { verified: { from: true, to: false } } }),
      ]);
      const own = await owner.patch(`/businesses/${id}`, { verified: true });
      expect(own.error?.code).toBe('VALIDATION_FAILED');
      expect((await owner.patch(`/admin/businesses/${id}`, { verified: true })).status).toBe(403);
      expect(outcome(await verify('f'.repeat(24)))).toBe('404 NOT_FOUND');
    });
  });

  it('Removal by a moderator hides it, is recorded, and its people hear of it', async () => {
    const place = shopPlace();
    const { id } = await managed({ location: place });
    const sockets = [await TestSocket.connect(owner), await TestSocket.connect(manager)];
    must(await moderator.delete(`/businesses/${id}`));
    for (const socket of sockets) {
      const { data } = await socket.event('business.removed');
      expect(data).toEqual({ by: { role: 'moderator', id: null } });
    }
    for (const one of [owner, manager, customer]) {
      expect((await one.get(`/businesses/${id}`)).status).toBe(404);
      expect(outcome(await one.patch(`/businesses/${id}`, { name: 'x' }))).toBe('404 NOT_FOUND');
      expect(ids(await search(one, around(place)))).toEqual([]);
    }
    expect(await audited(id)).toEqual([
      expect.objectContaining({
        actor: moderator.objectId,
        action: 'business.removed',
        changes: { status: { from: 'active', to: 'removed' } },
      }),
    ]);
    for (const call of [
      moderator.delete(`/businesses/${id}`),
      moderator.patch(`/admin/businesses/${id}`, { verified: true }),
    ]) {
      expect((await call).error).toMatchObject({
        code: 'INVALID_TRANSITION',
        details: { status: 'removed' },
      });
    }
  });

  it('Removal by the owner is no affair of the audit', async () => {
    const { id } = await managed();
    must(await owner.delete(`/businesses/${id}`));
    expect(await audited(id)).toEqual([]);
    expect((await owner.delete(`/businesses/${id}`)).status).toBe(404);
  });

  it('A suspended owner’s businesses are hidden from all but staff, and come back', async () => {
    const place = shopPlace();
    const { id } = await managed({ location: place });
    await suspend(owner, 'suspended');
    for (const one of [manager, customer]) {
      expect((await one.get(`/businesses/${id}`)).status).toBe(404);
      expect(outcome(await one.patch(`/businesses/${id}`, { name: 'x' }))).toBe('404 NOT_FOUND');
      expect(ids(await search(one, around(place)))).toEqual([]);
    }
    expect((await look(moderator, id)).id).toBe(id);
    await suspend(owner, 'active');
    expect(ids(await search(customer, around(place)))).toEqual([id]);
    must(await manager.patch(`/businesses/${id}`, { description: 'Back.' }));
  });

  it('A block hides it both ways, and ends managing', async () => {
    for (const [blocker, blocked] of [
      [() => owner, () => customer],
      [() => customer, () => owner],
    ] as const) {
      const place = shopPlace();
      const { id } = await managed({ location: place });
      const { id: promotion } = await promote(server, owner, id);
      must(await blocker().put(`/users/me/blocks/${blocked().id}`));
      expect((await customer.get(`/businesses/${id}`)).status).toBe(404);
      expect(ids(await search(customer, around(place)))).toEqual([]);
      const click = await customer.post(`/businesses/${id}/promotions/${promotion}/click`);
      expect(click.status).toBe(404);
      const add = await owner.put(`/businesses/${id}/managers/${customer.id}`);
      expect(add.status).toBe(404);
      must(await blocker().delete(`/users/me/blocks/${blocked().id}`));
    }
    const { id } = await managed();
    must(await manager.put(`/users/me/blocks/${owner.id}`));
    await eventually(async () => expect((await look(owner, id)).managers).toEqual([]));
    expect((await manager.get(`/businesses/${id}`)).status).toBe(404);
  });

  it('Who is erased takes their businesses along, and manages none any more', async () => {
    const place = shopPlace();
    const { id } = await managed({ location: place, name: 'Olga’s own corner' });
    await promote(server, owner, id);
    await look(customer, id);
    const other = await openBusiness(customer);
    must(await customer.put(`/businesses/${other.id}/managers/${owner.id}`));
    const socket = await TestSocket.connect(manager);
    must(await owner.delete('/users/me', { password: owner.password }));
    const { data } = await socket.event('business.removed', ({ subjectId }) => subjectId === id);
    expect(data).toEqual({ by: { role: 'system', id: null } });
    for (const one of [manager, customer, moderator]) {
      expect((await one.get(`/businesses/${id}`)).status).toBe(404);
    }
    expect((await look(customer, other.id)).managers).toEqual([]);
    const left = await server.connection
      .collection('businesses')
      .find({ $or: [{ owner: owner.objectId }, { managers: owner.objectId }] })
      .toArray();
    expect(left).toEqual([]);
    expect(ids(await search(customer, { q: 'Olga' }))).toEqual([]);
  });

  describe('Bad input', () => {
    const at = { latitude: 1, longitude: 2 };
    const slot = { day: 1, from: '09:00', to: '17:00' };
    const open = (fields: object) => ({
      openingHours: { timeZone: 'Europe/Berlin', slots: [slot], ...fields },
    });

    it.each<[string, object, string]>([
      ['a name of blanks', { name: '  ' }, 'name'],
      ['a name too long', { name: 'x'.repeat(101) }, 'name'],
      ['a category that is none', { category: 'bank' }, 'category'],
      ['a place that is text', { location: '1,2' }, 'location'],
      ['a place out of this world', { location: { ...at, latitude: 91 } }, 'location.latitude'],
      ['an owner', { owner: 'f'.repeat(24) }, 'owner'],
      ['being verified', { verified: true }, 'verified'],
      ['promotions', { promotions: [] }, 'promotions'],
      ['managers', { managers: [] }, 'managers'],
      ['a telephone that is none', { contact: { phone: '110' } }, 'contact.phone'],
      ['an e-mail that is none', { contact: { email: 'a@b' } }, 'contact.email'],
      ['a fax', { contact: { fax: '+4930123456' } }, 'contact.fax'],
      ...[
        'javascript:alert(1)',
        'ftp://example.org',
        'example.org',
        'https://bank.example@evil.example',
        'https://',
        `https://example.org/${'x'.repeat(300)}`,
      ].map((website): [string, object, string] => [
        `the website ${website.slice(0, 40)}`,
        { contact: { website } },
        'contact.website',
      ]),
      ['a zone that is none', open({ timeZone: 'Mars/Base' }), 'openingHours.timeZone'],
      ['a zone that is an offset', open({ timeZone: '+01:00' }), 'openingHours.timeZone'],
      ['a day that is none', open({ slots: [{ ...slot, day: 7 }] }), 'openingHours.slots.0.day'],
      [
        'hours over midnight',
        open({ slots: [{ ...slot, from: '22:00', to: '02:00' }] }),
        'openingHours.slots.0.to',
      ],
      [
        'hours that overlap',
        open({ slots: [slot, { ...slot, from: '16:00', to: '18:00' }] }),
        'openingHours.slots',
      ],
      [
        'a date that is none',
        open({ exceptions: [{ date: '2026-02-30', slots: [] }] }),
        'openingHours.exceptions.0.date',
      ],
      [
        'a date twice',
        open({
          exceptions: [
            { date: '2026-12-24', slots: [] },
            { date: '2026-12-24', slots: [{ from: '09:00', to: '12:00' }] },
          ],
        }),
        'openingHours.exceptions',
      ],
      ['exceptions that are null', open({ exceptions: null }), 'openingHours.exceptions'],
    ])('%s is refused, made and changed, with the field', async (_, wrong, field) => {
      const { id } = await openBusiness(owner);
      for (const answer of [
        await owner.post('/businesses', businessFields({ ...wrong })),
        await owner.patch(`/businesses/${id}`, wrong),
      ]) {
        expect(answer.error?.code).toBe('VALIDATION_FAILED');
        expect(answer.error?.details).toEqual(
          expect.arrayContaining([expect.objectContaining({ field })]),
        );
      }
      expect((await look(owner, id)).revision).toBe(1);
    });

    it.each([
      'latitude=1',
      'longitude=1',
      'radiusMeters=100',
      'latitude=1&longitude=2&radiusMeters=50001',
      'q=',
      'q=%20',
      'q=a&q=b',
      'q[$ne]=a',
      'category=bank',
      'openAt=now',
      'openAt=2026-12-24',
      'openAt=2026-12-24T10:00:00',
      'openAt=2026-02-30T10:00:00Z',
      'withPromotions=yes',
      'withPromotions=1',
      'mine=me',
      'owner=1',
      'sort=name',
    ])('a search with %s is VALIDATION_FAILED', async (query) => {
      expect(outcome(await customer.get(`/businesses?${query}`))).toBe('400 VALIDATION_FAILED');
    });

    it.each(['%%%', Buffer.from('hello').toString('base64url'), 'newest.x', 'distance.WzEsMl0'])(
      'the cursor %s is INVALID_CURSOR',
      async (cursor) => {
        for (const form of ['', '&q=a', '&latitude=1&longitude=2']) {
          const answer = await customer.get(
            `/businesses?cursor=${encodeURIComponent(cursor)}${form}`,
          );
          expect(outcome(answer)).toBe('400 INVALID_CURSOR');
        }
      },
    );
  });
});
