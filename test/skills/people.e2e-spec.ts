import { Types } from 'mongoose';
import type { BookingDto } from '../../src/modules/skills/bookings/dto/booking.view.dto';
import type { SkillDto } from '../../src/modules/skills/dto/skill.view.dto';
import type { ReviewDto } from '../../src/modules/skills/reviews/dto/review.dto';
import { adminOf, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { somewhere } from '../support/emergencies';
import {
  act,
  book,
  completedBooking,
  found,
  type List,
  offer,
  review,
  seeBooking,
  times,
} from '../support/skills';
import { closeSockets, TestSocket } from '../support/sockets';

describe('Skills, when their people', () => {
  let server: TestApp;
  let owner: TestActor;
  let client: TestActor;
  let skill: SkillDto;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
  });
  beforeEach(async () => {
    owner = await register(server, { displayName: 'Mira Owner' });
    client = await register(server, { displayName: 'Jonas Client' });
    skill = await offer(owner, { location: somewhere() });
  });
  afterEach(closeSockets);
  afterAll(() => server.close());

  const openBookings = async (): Promise<[string, string]> => {
    const first = must(await book(client, skill.id, times(server, 24))).data.id;
    const second = must(await book(client, skill.id, times(server, 48))).data.id;
    must(await act(owner, second, 'accept'));
    return [first, second];
  };

  describe('block each other', () => {
    it.each(['owner', 'client'])(
      'have their open bookings cancelled when it is the %s who blocks, and neither is told why nor shown the other',
      async (who) => {
        const ids = await openBookings();
        const [blocker, blocked] = who === 'owner' ? [owner, client] : [client, owner];
        const hears = await TestSocket.connect(blocked);
        must(await blocker.put(`/users/me/blocks/${blocked.id}`));
        for (const id of ids) {
          const event = await hears.event('booking.cancelled', ({ subjectId }) => subjectId === id);
          const told = event.data as unknown as BookingDto;
          const seen = must(await seeBooking(blocked, id)).data;
          for (const view of [told, seen]) {
            expect([view.status, view.endedBy, view.reason]).toEqual(['cancelled', 'system', null]);
            const other = view.viewerRole === 'owner' ? view.client : view.owner;
            expect(other).toBeNull();
            expect(view.location?.precision).toBe(
              view.viewerRole === 'owner' ? 'coarse' : undefined,
            );
          }
          expect(hears.text()).not.toMatch(/block/i);
          expect(JSON.stringify(seen)).not.toMatch(/block/i);
        }
      },
    );

    it('have no way to each other, until the block ends', async () => {
      const wanted = times(server, 72);
      must(await owner.put(`/users/me/blocks/${client.id}`));
      expect((await book(client, skill.id, wanted)).status).toBe(404);
      expect((await client.get(`/skills/${skill.id}/reviews`)).status).toBe(404);
      must(await owner.delete(`/users/me/blocks/${client.id}`));
      must(await book(client, skill.id, wanted));
    });

    it('cannot follow the other through an old booking, whether or not it ended by the block', async () => {
      const id = await completedBooking(server, owner, client, skill.id);
      const seen = async () => must(await seeBooking(client, id)).data.location;
      expect((await seen())?.precision).toBe('coarse');
      for (const [hide, show] of [
        [{ status: 'paused' }, { status: 'active' }],
        [{ location: somewhere(), status: 'paused' }, { status: 'active' }],
      ]) {
        must(await owner.patch(`/skills/${skill.id}`, hide));
        expect(await seen()).toBeNull();
        must(await owner.patch(`/skills/${skill.id}`, show));
        expect((await seen())?.precision).toBe('coarse');
      }
      must(await owner.put(`/users/me/blocks/${client.id}`));
      expect(await seen()).toBeNull();
      const { data } = must(await client.get<List<BookingDto>>('/bookings'));
      expect(data.items.map(({ location }) => location)).toEqual([null]);
      expect(must(await seeBooking(owner, id)).data.location?.precision).toBe('coarse');
    });

    it('do not see each other’s reviews', async () => {
      const third = await register(server);
      const id = await completedBooking(server, owner, client, skill.id);
      must(await review(client, id, 3, 'So so'));
      third.token = (await third.logIn()).token;
      const reviews = async () =>
        must(await third.get<List<ReviewDto>>(`/skills/${skill.id}/reviews`)).data.items.length;
      expect(await reviews()).toBe(1);
      must(await client.put(`/users/me/blocks/${third.id}`));
      expect(await reviews()).toBe(0);
    });
  });

  describe('are suspended', () => {
    it('hides the owner’s listings and cancels what is open; the listings come back, the bookings do not', async () => {
      const admin = await (await adminOf(server)).logIn();
      const [requested, accepted] = await openBookings();
      must(await admin.patch(`/admin/users/${owner.id}`, { status: 'suspended' }));
      expect((await client.get(`/skills/${skill.id}`)).status).toBe(404);
      const place = { latitude: 0, longitude: 0, ...skill.location };
      const around = { latitude: place.latitude, longitude: place.longitude };
      expect(await found(client, around)).toEqual([]);
      for (const id of [requested, accepted]) {
        expect(must(await seeBooking(client, id)).data.status).toBe('cancelled');
      }
      must(await admin.patch(`/admin/users/${owner.id}`, { status: 'active' }));
      expect(await found(client, around)).toEqual([skill.id]);
      expect(must(await seeBooking(client, requested)).data.status).toBe('cancelled');
    });

    it('cancels two thousand bookings of an owner in a few statements', async () => {
      const { id } = must(await book(client, skill.id, times(server, 24))).data;
      const bookings = server.connection.collection('bookings');
      const one = await bookings.findOne({ _id: new Types.ObjectId(id) });
      const others = Array.from({ length: 2000 }, () => ({ ...one, _id: new Types.ObjectId() }));
      await bookings.insertMany(others);
      const statements: string[] = [];
      const note = ({ commandName }: { commandName: string }) => statements.push(commandName);
      const admin = await (await adminOf(server)).logIn();
      server.connection.getClient().on('commandStarted', note);
      must(await admin.patch(`/admin/users/${owner.id}`, { status: 'suspended' }));
      server.connection.getClient().off('commandStarted', note);
      expect(statements).toContain('commitTransaction');
      expect(statements.length).toBeLessThan(200);
      const mine = { owner: owner.objectId };
      expect(await bookings.countDocuments(mine)).toBe(2001);
      expect(await bookings.countDocuments({ ...mine, status: 'cancelled', seq: 2 })).toBe(2001);
      const { data } = must(await seeBooking(client, id));
      expect([data.status, data.endedBy]).toEqual(['cancelled', 'system']);
    });

    it('cancels what a client had asked for', async () => {
      const admin = await (await adminOf(server)).logIn();
      const ids = await openBookings();
      must(await admin.patch(`/admin/users/${client.id}`, { status: 'suspended' }));
      for (const id of ids) {
        const { data } = must(await seeBooking(owner, id));
        expect([data.status, data.endedBy]).toEqual(['cancelled', 'system']);
      }
    });
  });

  describe('delete their account', () => {
    it('takes the owner’s listings with all they said, and cancels what is open', async () => {
      const title = 'Saxophone by Mira';
      must(await owner.patch(`/skills/${skill.id}`, { title, description: 'At my door.' }));
      const [requested, accepted] = await openBookings();
      must(await owner.delete('/users/me', { password: owner.password }));
      expect((await client.get(`/skills/${skill.id}`)).status).toBe(404);
      expect(await found(client, { q: 'saxophone' })).toEqual([]);
      for (const id of [requested, accepted]) {
        const { data } = must(await seeBooking(client, id));
        expect(data).toMatchObject({
          status: 'cancelled',
          endedBy: 'system',
          owner: { displayName: 'Deleted account' },
          location: null,
        });
        expect(JSON.stringify(data)).not.toContain('Mira');
      }
      const stored = await server.connection
        .collection('skills')
        .findOne({ _id: new Types.ObjectId(skill.id) });
      expect(stored).toMatchObject({ removed: true, location: null, cell: null, tags: [] });
      expect(JSON.stringify(stored)).not.toMatch(/Mira|door|maths/i);
    });

    it('takes their own words out of the reports that they made of a booking, and of those made of them', async () => {
      const { id } = must(
        await book(client, skill.id, { ...times(server, 24), note: 'My cat is called Pim.' }),
      ).data;
      must(await act(owner, id, 'decline', { reason: 'I do not like cats.' }));
      const report = (by: TestActor) =>
        by.post('/reports', { subject: { kind: 'booking', id }, reason: 'abuse' });
      const kept = async () => {
        const reports = server.connection
          .collection('reports')
          .find({ 'subject.id': new Types.ObjectId(id) });
        return (await reports.sort({ _id: 1 }).toArray()).map(
          ({ evidence }) => evidence as unknown,
        );
      };
      must(await report(client));
      must(await report(owner));
      expect(await kept()).toEqual(['I do not like cats.', 'My cat is called Pim.']);
      must(await client.delete('/users/me', { password: client.password }));
      expect(await kept()).toEqual(['I do not like cats.', null]);
    });

    it('keeps a client’s rating without the name and the words, and forgets what they wrote to the owner', async () => {
      const id = await completedBooking(server, owner, client, skill.id);
      must(await review(client, id, 4, 'Patient.'));
      const wanted = { ...times(server, 24), note: 'Ring at Jonas' };
      const open = must(await book(client, skill.id, wanted)).data.id;
      const ended = must(await book(client, skill.id, times(server, 48))).data.id;
      must(await act(client, ended, 'cancel', { reason: 'Jonas is ill' }));
      must(await client.delete('/users/me', { password: client.password }));
      const { data } = must(await owner.get<List<ReviewDto>>(`/skills/${skill.id}/reviews`));
      expect(data.items).toMatchObject([
        { rating: 4, text: null, author: { displayName: 'Deleted account' } },
      ]);
      expect(must(await owner.get<SkillDto>(`/skills/${skill.id}`)).data.rating).toEqual({
        average: 4,
        count: 1,
      });
      for (const booking of [open, ended]) {
        const view = must(await seeBooking(owner, booking)).data;
        expect([view.status, view.note, view.reason]).toEqual(['cancelled', null, null]);
        expect(view.client?.displayName).toBe('Deleted account');
      }
    });
  });
});
