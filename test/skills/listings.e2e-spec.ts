import { Types } from 'mongoose';
import { coarseCell } from '../../src/common/geo/coarse-cell';
import type { SkillDto } from '../../src/modules/skills/dto/skill.view.dto';
import { type Json, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { somewhere } from '../support/emergencies';
import {
  act,
  book,
  found,
  type List,
  offer,
  refusedFields,
  seeBooking,
  skillFields,
  times,
} from '../support/skills';
import { closeSockets, TestSocket } from '../support/sockets';

describe('A listing', () => {
  let server: TestApp;
  let owner: TestActor;
  let viewer: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    owner = await register(server, { displayName: 'Mira Owner' });
    viewer = await register(server);
  });
  afterEach(closeSockets);
  afterAll(() => server.close());

  it('holds what was sent, and what it was not told is as the description says', async () => {
    const fields = skillFields({ tags: [' Maths ', 'maths', 'Homework'] });
    const { data } = must(await owner.post<SkillDto>('/skills', fields));
    const { location, ...plain } = fields;
    expect(data).toMatchObject({
      ...plain,
      tags: ['maths', 'homework'],
      location: { ...(location as object), precision: 'exact' },
      serviceRadiusMeters: 10_000,
      status: 'active',
      removed: false,
      distanceMeters: null,
    });
    const seen = must(await viewer.get<SkillDto>(`/skills/${data.id}`)).data;
    expect(seen.location).toEqual({ ...coarseCell(location as never), precision: 'coarse' });
  });

  it.each<[Json, string]>([
    [{ title: '' }, 'title'],
    [{ title: '   ' }, 'title'],
    [{ title: 'x'.repeat(101) }, 'title'],
    [{ title: 'a\u0000b' }, 'title'],
    [{ title: { $gt: '' } }, 'title'],
    [{ description: '' }, 'description'],
    [{ description: 'x'.repeat(4001) }, 'description'],
    [{ category: 'magic' }, 'category'],
    [{ tags: 'maths' }, 'tags'],
    [{ tags: null }, 'tags'],
    [{ tags: Array.from({ length: 11 }, (_, index) => `t${index}`) }, 'tags'],
    [{ tags: ['x'.repeat(31)] }, 'tags'],
    [{ pricing: null }, 'pricing'],
    [{ pricing: {} }, 'pricing.type'],
    [{ pricing: { type: 'hourly' } }, 'pricing'],
    [{ pricing: { type: 'fixed', amountMinor: 100 } }, 'pricing'],
    [{ pricing: { type: 'free', amountMinor: 100, currency: 'EUR' } }, 'pricing'],
    [{ pricing: { type: 'hourly', amountMinor: 0, currency: 'EUR' } }, 'pricing.amountMinor'],
    [{ pricing: { type: 'hourly', amountMinor: 12.5, currency: 'EUR' } }, 'pricing.amountMinor'],
    [{ pricing: { type: 'hourly', amountMinor: 100, currency: 'XXZ' } }, 'pricing.currency'],
    [{ availability: { timeZone: 'Mars/Olympus', slots: [] } }, 'availability.timeZone'],
    [
      {
        availability: {
          timeZone: 'UTC',
          slots: [
            { day: 1, from: '09:00', to: '12:00' },
            { day: 1, from: '11:00', to: '13:00' },
          ],
        },
      },
      'availability.slots',
    ],
    [
      { availability: { timeZone: 'UTC', slots: [{ day: 7, from: '09:00', to: '12:00' }] } },
      'availability.slots.0.day',
    ],
    [{ location: { latitude: 91, longitude: 0 } }, 'location.latitude'],
    [{ location: null }, 'location'],
    [{ serviceRadiusMeters: 499 }, 'serviceRadiusMeters'],
    [{ serviceRadiusMeters: 50_001 }, 'serviceRadiusMeters'],
    [{ status: 'removed' }, 'status'],
    [{ owner: '6561f0a4c2b6a1d2e3f40516' }, 'owner'],
    [{ rating: 5 }, 'rating'],
    [{ removed: true }, 'removed'],
    [{ ownerHidden: false }, 'ownerHidden'],
  ])('with %j is refused, new or changed, and %s is named', async (fields, field) => {
    const { id } = await offer(owner);
    const before = must(await owner.get(`/skills/${id}`)).data;
    for (const answer of [
      await owner.post('/skills', skillFields(fields)),
      await owner.patch(`/skills/${id}`, fields),
    ]) {
      expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(refusedFields(answer)).toContain(field);
    }
    expect(must(await owner.get(`/skills/${id}`)).data).toEqual(before);
  });

  it.each(['title', 'category', 'description', 'pricing', 'availability', 'location'])(
    'without %s is refused',
    async (field) => {
      const { [field]: _, ...others } = skillFields();
      expect((await owner.post('/skills', others)).status).toBe(400);
    },
  );

  it('is changed by its owner field by field, and what is not sent stays', async () => {
    const before = await offer(owner, { serviceRadiusMeters: 700 });
    const { id } = before;
    const moved = somewhere();
    const changes = { title: 'Physics', tags: [], location: moved };
    const { data } = must(await owner.patch<SkillDto>(`/skills/${id}`, changes));
    expect(data).toEqual({
      ...before,
      updatedAt: data.updatedAt,
      title: 'Physics',
      tags: [],
      location: { ...moved, precision: 'exact' },
    });
    expect(await found(viewer, { ...moved })).toEqual([id]);
    expect(await found(viewer, { q: 'physics', ...moved })).toEqual([id]);
  });

  it('is not changed by what it says already: no event, and the same seq', async () => {
    const place = somewhere();
    const before = await offer(owner, { tags: ['maths'], location: place });
    const { id, pricing, availability, title } = before;
    const stored = () =>
      server.connection.collection('skills').findOne({ _id: new Types.ObjectId(id) });
    const events = () =>
      server.connection.collection('events').countDocuments({ subject: new Types.ObjectId(id) });
    const [document, told] = [await stored(), await events()];
    expect(told).toBe(1);
    const free = pricing.type === 'free' ? { type: 'free' } : pricing;
    const same = { title, tags: ['maths'], pricing: free, availability, location: place };
    for (const fields of [{}, same]) {
      expect(must(await owner.patch(`/skills/${id}`, fields)).data).toEqual(before);
    }
    expect([await stored(), await events()]).toEqual([document, told]);
    must(await owner.patch(`/skills/${id}`, { ...same, title: 'Another' }));
    expect([(await stored())?.['seq'], await events()]).toEqual([2, 2]);
    expect((await viewer.patch(`/skills/${id}`, {})).status).toBe(403);
  });

  it('that is paused is its owner’s alone, among their own, until it goes on', async () => {
    const place = somewhere();
    const { id } = await offer(owner, { location: place });
    must(await owner.patch(`/skills/${id}`, { status: 'paused' }));
    expect((await viewer.get(`/skills/${id}`)).status).toBe(404);
    expect(await found(owner, { ...place })).toEqual([]);
    expect(must(await owner.get<SkillDto>(`/skills/${id}`)).data.status).toBe('paused');
    const mine = async () =>
      must(await owner.get<List<SkillDto>>('/skills?mine=true')).data.items.map((one) => one.id);
    expect(await mine()).toContain(id);
    must(await owner.patch(`/skills/${id}`, { status: 'active' }));
    expect(await found(viewer, { ...place })).toEqual([id]);
    must(await owner.delete(`/skills/${id}`));
    expect(await mine()).not.toContain(id);
  });

  it('is neither changed nor removed by somebody else', async () => {
    const { id } = await offer(owner);
    const { id: hidden } = await offer(owner, { status: 'paused' });
    for (const [target, status, code] of [
      [id, 403, 'FORBIDDEN'],
      [hidden, 404, 'NOT_FOUND'],
      [new Types.ObjectId().toHexString(), 404, 'NOT_FOUND'],
    ] as const) {
      const patched = await viewer.patch(`/skills/${target}`, { title: 'Mine' });
      expect([patched.status, patched.error?.code]).toEqual([status, code]);
      const removed = await viewer.delete(`/skills/${target}`);
      expect([removed.status, removed.error?.code]).toEqual([status, code]);
    }
    const moderator = await staff(server, 'moderator');
    expect((await moderator.patch(`/skills/${id}`, { title: 'Mine' })).status).toBe(403);
    expect(must(await owner.get<SkillDto>(`/skills/${id}`)).data.removed).toBe(false);
  });

  it('that a moderator removes is gone for everybody else, is audited, and its owner hears of it', async () => {
    const { id } = await offer(owner);
    const client = await register(server);
    const open = must(await book(client, id, times(server, 24))).data.id;
    const agreed = must(await book(client, id, times(server, 48))).data.id;
    must(await act(owner, agreed, 'accept'));
    const [ownerHears, clientHears] = [
      await TestSocket.connect(owner),
      await TestSocket.connect(client),
    ];
    const moderator = await staff(server, 'moderator');
    must(await moderator.delete(`/skills/${id}`));
    expect((await moderator.delete(`/skills/${id}`)).status).toBe(404);

    const told = await ownerHears.event('skill.removed', ({ subjectId }) => subjectId === id);
    expect([told.kind, told.seq, told.data]).toEqual(['skill', 2, {}]);
    for (const booking of [open, agreed]) {
      const { data } = await clientHears.event(
        'booking.cancelled',
        ({ subjectId }) => subjectId === booking,
      );
      expect(data).toMatchObject({ status: 'cancelled', endedBy: 'listing_removed' });
      expect(must(await seeBooking(owner, booking)).data.status).toBe('cancelled');
    }
    for (const actor of [owner, viewer, client]) {
      expect((await actor.get(`/skills/${id}`)).status).toBe(404);
      expect((await actor.get(`/skills/${id}/reviews`)).status).toBe(404);
    }
    expect((await owner.patch(`/skills/${id}`, { title: 'Back' })).status).toBe(404);
    const seen = must(await moderator.get<SkillDto>(`/skills/${id}`)).data;
    expect([seen.removed, seen.location?.precision]).toEqual([true, 'coarse']);
    const audited = await server.connection
      .collection('audit_log')
      .find({ target: new Types.ObjectId(id) })
      .toArray();
    expect(audited).toHaveLength(1);
    expect(audited[0]).toMatchObject({ action: 'skill.removed', actor: moderator.objectId });
  });

  it('that its owner removes is not audited, and found by nobody', async () => {
    const place = somewhere();
    const { id } = await offer(owner, { location: place });
    must(await owner.delete(`/skills/${id}`));
    expect((await owner.delete(`/skills/${id}`)).status).toBe(404);
    expect(await found(viewer, { ...place })).toEqual([]);
    const audited = await server.connection
      .collection('audit_log')
      .countDocuments({ target: new Types.ObjectId(id) });
    expect(audited).toBe(0);
  });

  it('is made once for an Idempotency-Key', async () => {
    const fields = skillFields();
    const key = { 'idempotency-key': 'list-1' };
    const first = await owner.post<SkillDto>('/skills', fields, key);
    const again = await owner.post<SkillDto>('/skills', fields, key);
    expect([first.status, again.status, again.data.id]).toEqual([201, 201, first.data.id]);
    const other = await owner.post('/skills', { ...fields, title: 'Other' }, key);
    expect([other.status, other.error?.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('is changed once for an Idempotency-Key, and a repeat shows it as it is now, to nobody once it is removed', async () => {
    const { id } = await offer(owner);
    const change = () =>
      owner.patch<SkillDto>(`/skills/${id}`, { title: 'B' }, { 'idempotency-key': 'change-1' });
    expect(must(await change()).data.title).toBe('B');
    must(await owner.patch(`/skills/${id}`, { title: 'C' }));
    const again = must(await change());
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.data.title).toBe('C');
    must(await owner.delete(`/skills/${id}`));
    expect((await change()).status).toBe(404);
  });

  it('writes events that hold neither names, texts nor exact places', async () => {
    const place = somewhere();
    const { id } = await offer(owner, { location: place, title: 'Secretive' });
    must(await owner.patch(`/skills/${id}`, { title: 'More secretive' }));
    const wanted = { ...times(server, 400), note: 'A private note' };
    const booking = must(await book(viewer, id, wanted)).data.id;
    must(await act(owner, booking, 'decline', { reason: 'A private reason' }));
    const events = await server.connection
      .collection('events')
      .find({ subject: { $in: [new Types.ObjectId(id), new Types.ObjectId(booking)] } })
      .sort({ kind: 1, seq: 1 })
      .toArray();
    expect(events.map(({ type, seq, actor }) => `${seq} ${type} ${actor.role}`)).toEqual([
      '1 booking.requested client',
      '2 booking.declined owner',
      '1 skill.created owner',
      '2 skill.updated owner',
    ]);
    const text = JSON.stringify(events);
    for (const secret of ['ecretive', 'private', String(place.latitude), 'Mira']) {
      expect(text).not.toContain(secret);
    }
  });
});
