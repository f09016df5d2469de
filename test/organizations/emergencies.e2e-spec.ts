import { coarseCell } from '../../src/common/geo/coarse-cell';
import { DAY, MINUTE, SECOND } from '../../src/common/time/clock';
import { adminOf, must, register, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { crowd } from '../support/crowd';
import {
  accept,
  alertRow,
  go,
  locate,
  north,
  outcome,
  passTime,
  pending,
  raise,
  renew,
  resolve,
  see,
  sendAway,
  step,
  sweep,
  timeline,
} from '../support/emergencies';
import { eventually } from '../support/eventually';
import { checkInvariants } from '../support/invariants';
import { closeSockets, TestSocket } from '../support/sockets';
import {
  callForHelp,
  change,
  enrol,
  house,
  ids,
  memberRows,
  membersTold,
  neighbour,
  neighbours,
  organization,
  told,
} from './neighbourhood';

const FAR = 9000;

describe('The SOS of a member', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  describe('alerts', () => {
    it('the members inside the radius, nearest first, though none of them is a helper', async () => {
      const { place, requester, members } = await house(server, [900, 300, FAR]);
      const emergency = await callForHelp(server, requester, { location: place });
      const [second, first] = members;
      expect(await told(server, emergency)).toEqual(ids([first, second]));
      expect(await pending(first)).toEqual([emergency]);
    });

    it('by the distance that the alert tells, or a small radius would find the door', async () => {
      const settings = { alert: 'members', radiusMeters: 100 } as const;
      const { id, place: about, requester } = await house(server, [], settings);
      const centre = coarseCell(about);
      const door = north(centre, 200);
      const [atTheDoor, atTheCentre] = [
        await neighbour(server, door),
        await neighbour(server, centre),
      ];
      await enrol(server, id, [atTheDoor, atTheCentre]);
      const emergency = await callForHelp(server, requester, { location: door });
      expect(await told(server, emergency)).toEqual(ids([atTheCentre]));
      expect((await memberRows(server, emergency))[0]?.distanceMeters).toBe(0);
    });

    it('nobody where the organization says none', async () => {
      const settings = { alert: 'none', radiusMeters: 2000 } as const;
      const { id, place, requester, members } = await house(server, [300], settings);
      await enrol(server, id, [await neighbour(server, place)], { role: 'admin' });
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toEqual([]);
      expect(await pending(members[0])).toEqual([]);
    });

    it('the admins alone where it says admins, wherever they are', async () => {
      const settings = { alert: 'admins', radiusMeters: 2000 } as const;
      const { id, place, requester } = await house(server, [300], settings);
      const [near, far, moderator] = await neighbours(server, place, 400, FAR, 500);
      await enrol(server, id, [near, far], { role: 'admin' });
      await enrol(server, id, [moderator], { role: 'moderator' });
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toEqual(ids([near, far]));
    });

    it('only members whom an admin approved or invited: who joined an open organization by themselves hears nothing', async () => {
      const { id, place, requester, members } = await house(server, [300]);
      const stranger = await neighbour(server, place);
      await enrol(server, id, [stranger], { approved: false });
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toEqual(ids(members));
      expect(outcome(await see(stranger, emergency))).toBe('404 NOT_FOUND');
    });

    it('nobody when a stranger who joined an open organization by themselves sets it off', async () => {
      const { id, place } = await house(server, [300]);
      const stranger = await register(server);
      await enrol(server, id, [stranger], { approved: false, shareEmergencies: true });
      const emergency = await callForHelp(server, stranger, { location: place });
      expect(await told(server, emergency)).toEqual([]);
    });

    it('nobody when the member in need has not agreed, or wants to stay anonymous', async () => {
      const { id, place, requester, members } = await house(server, [300]);
      const anonymous = await callForHelp(server, requester, { location: place, anonymous: true });
      // What starts a search again must not tell them either.
      must(await locate(requester, anonymous, north(place, 600)));
      await membersTold(server, anonymous);
      must(await resolve(requester, anonymous));
      await change(server, id, requester, { shareEmergencies: false });
      const unshared = await callForHelp(server, requester, { location: place });
      for (const emergency of [anonymous, unshared]) {
        expect(await told(server, emergency)).toEqual([]);
      }
      expect(await pending(members[0])).toEqual([]);
    });

    it('nobody of an organization that was removed, or that the person in need is no member of', async () => {
      const { id, place, requester } = await house(server, [300]);
      const other = await organization(server);
      await enrol(server, other, await neighbours(server, place, 200));
      await server.connection
        .collection('organizations')
        .updateOne({ _id: id }, { $set: { hidden: true } });
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toEqual([]);
    });

    it('nobody who is suspended, blocked either way, busy, or was last heard of a day ago', async () => {
      const { id, place, requester } = await house(server, []);
      const gone = await neighbour(server, place);
      await enrol(server, id, [gone]);
      server.clock.advance(DAY + SECOND);
      await renew(await adminOf(server));
      await renew(requester);
      const people = await neighbours(server, place, 100, 200, 300, 400, 500);
      const [suspended, blocking, blocked, inNeed, free] = people;
      await enrol(server, id, people);
      const admin = await adminOf(server);
      must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'suspended' }));
      must(await blocking.put(`/users/me/blocks/${requester.id}`));
      must(await requester.put(`/users/me/blocks/${blocked.id}`));
      must(await raise(inNeed, { location: north(place, FAR) }));
      const engaged = await verifiedHelper(server, north(place, FAR + 100));
      await enrol(server, id, [engaged]);
      const elsewhere = must(
        await raise(await register(server), { location: north(place, FAR + 200) }),
      ).data.id;
      must(await accept(engaged, elsewhere));
      must(await engaged.put('/users/me/location', place));
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toEqual(ids([free]));
    });

    it('the nearest fifty of all organizations of the person in need together', async () => {
      const { id, place, requester } = await house(server, []);
      const other = await organization(server);
      await enrol(server, other, [requester], { shareEmergencies: true });
      const people = await crowd(
        server,
        Array.from({ length: 70 }, (_, index) => ({
          place: north(place, 1000 - 10 * index),
          helper: false,
          verified: false,
        })),
      );
      await enrol(server, id, people.slice(0, 40));
      await enrol(server, other, people.slice(30));
      const emergency = await callForHelp(server, requester, { location: place });
      const nearest = people.slice(20).toReversed();
      expect(await told(server, emergency)).toEqual(nearest.map(String));
      await passTime(server, MINUTE, requester);
      must(await locate(requester, emergency, north(place, 600)));
      await membersTold(server, emergency);
      expect(await memberRows(server, emergency)).toHaveLength(50);
    });

    it('a member who is a helper too once, and members take no place of helpers', async () => {
      const { id, place, requester, members } = await house(server, [200]);
      const helper = await verifiedHelper(server, north(place, 300));
      const crowded = await crowd(
        server,
        Array.from({ length: 49 }, () => ({ place, helper: false, verified: false })),
      );
      await enrol(server, id, [helper, ...crowded]);
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toHaveLength(50);
      expect(await alertRow(server, emergency, helper)).toMatchObject({ wave: 1 });
      expect((await alertRow(server, emergency, helper))?.via).toBeUndefined();
      expect((await alertRow(server, emergency, members[0]))?.wave).toBe(2);
      const late = await verifiedHelper(server, north(place, 400));
      await passTime(server, 30 * SECOND);
      expect(await pending(late)).toEqual([emergency]);
    });

    it('members when the first fix comes, where the SOS had no place', async () => {
      const { place, requester, members } = await house(server, [300]);
      const emergency = await callForHelp(server, requester, {});
      expect(await told(server, emergency)).toEqual([]);
      must(await locate(requester, emergency, place));
      await membersTold(server, emergency);
      expect(await told(server, emergency)).toEqual(ids(members));
    });

    it('members around the new place when it moves, and takes back what is out of reach', async () => {
      const { place, requester, members } = await house(server, [300, 4000]);
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await told(server, emergency)).toEqual(ids([members[0]]));
      must(await locate(requester, emergency, north(place, 4000)));
      await eventually(async () => {
        await sweep(server);
        expect(await pending(members[1])).toEqual([emergency]);
        expect(await pending(members[0])).toEqual([]);
      });
    });
  });

  describe('lets an alerted member', () => {
    it('see what a helper sees: the coarse place by socket and by HTTP, and the ledger learns that it was delivered', async () => {
      const { place, requester, members } = await house(server, [300]);
      const socket = await TestSocket.connect(members[0]);
      const emergency = await callForHelp(server, requester, {
        location: place,
        description: 'Chest pain',
      });
      const event = await socket.event('emergency.created');
      expect(event).toMatchObject({
        kind: 'emergency',
        subjectId: emergency,
        seq: null,
        data: { requester: null, description: null, location: { precision: 'coarse' } },
      });
      expect((await see(members[0], emergency)).data).toMatchObject({
        requester: null,
        description: null,
        location: { precision: 'coarse' },
      });
      expect((await socket.ask('alert.seen', { emergencyId: emergency })).success).toBe(true);
      await eventually(async () =>
        expect((await alertRow(server, emergency, members[0]))?.status).toBe('seen'),
      );
    });

    it('accept, enter the room and go all the way, though no verified helper', async () => {
      const { place, requester, members } = await house(server, [300]);
      const [member] = members;
      const socket = await TestSocket.connect(member);
      const emergency = await callForHelp(server, requester, { location: place });
      must(await accept(member, emergency));
      await socket.event('helper.joined');
      must(await requester.post(`/emergencies/${emergency}/messages`, { text: 'Third floor' }));
      await socket.event('message.created');
      expect((await see(member, emergency)).data).toMatchObject({
        status: 'responding',
        requester: { displayName: 'Rita Requester' },
        location: { ...place, precision: 'exact' },
      });
      for (const status of ['on_way', 'arrived', 'completed']) {
        must(await step(member, emergency, status));
      }
      must(await resolve(requester, emergency));
      expect((await timeline(requester, emergency)).map(({ type }) => type)).toContain(
        'emergency.resolved',
      );
      await checkInvariants(server, emergency);
    });

    it('come again after the last responder has left: who did not answer is told once more', async () => {
      const { place, requester, members } = await house(server, [300, 400, 500]);
      const [coming, waiting, refusing] = members;
      const emergency = await callForHelp(server, requester, { location: place });
      must(await accept(coming, emergency));
      must(await refusing.post(`/emergencies/${emergency}/responses`, { answer: 'decline' }));
      must(await sendAway(requester, emergency, coming));
      await eventually(async () => {
        await sweep(server);
        expect((await alertRow(server, emergency, waiting))?.attempt).toBe(2);
      });
      expect((await alertRow(server, emergency, refusing))?.attempt).toBe(1);
      expect(outcome(await accept(coming, emergency))).toBe('404 NOT_FOUND');
      must(await accept(waiting, emergency));
      await checkInvariants(server, emergency);
    });
  });

  describe('is answered by nobody', () => {
    it('whom the organization does not ask any more', async () => {
      const { id, place, requester, members } = await house(server, [300]);
      const emergency = await callForHelp(server, requester, { location: place });
      const [member] = members;
      const settings = (alert: string) =>
        server.connection
          .collection('organizations')
          .updateOne({ _id: id }, { $set: { 'emergencySettings.alert': alert } });
      const refused = async () =>
        expect(outcome(await accept(member, emergency))).toBe('403 FORBIDDEN');
      await change(server, id, member, { approved: false });
      await refused();
      await change(server, id, member, { approved: true });
      await change(server, id, requester, { shareEmergencies: false });
      await refused();
      await change(server, id, requester, { shareEmergencies: true, approved: false });
      await refused();
      await change(server, id, requester, { approved: true });
      for (const alert of ['none', 'admins']) {
        await settings(alert);
        await refused();
      }
      await settings('members');
      must(await accept(member, emergency));
    });

    it('who is suspended, blocked or busy since', async () => {
      const { place, requester, members } = await house(server, [300, 400, 500]);
      const [suspended, blocked, inNeed] = members;
      const emergency = await callForHelp(server, requester, { location: place });
      const admin = await adminOf(server);
      await renew(admin);
      must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'suspended' }));
      must(await requester.put(`/users/me/blocks/${blocked.id}`));
      must(await raise(inNeed, { location: north(place, FAR) }));
      expect(outcome(await accept(suspended, emergency))).toBe('403 ACCOUNT_SUSPENDED');
      expect(outcome(await accept(blocked, emergency))).toBe('404 NOT_FOUND');
      expect(outcome(await accept(inNeed, emergency))).toBe('409 CONFLICT');
      expect((await memberRows(server, emergency)).map(({ status }) => status).sort()).toEqual([
        'queued',
        'withdrawn',
        'withdrawn',
      ]);
    });

    it('and nobody is told of it after it has ended', async () => {
      const { place, requester, members } = await house(server, [300]);
      const { id } = must(await raise(requester, { location: place })).data;
      must(await resolve(requester, id));
      await sweep(server);
      expect(await pending(members[0])).toEqual([]);
      await checkInvariants(server, id);
    });
  });

  it('keeps an alerted or coming member who loses the verification as a helper: it was not needed', async () => {
    const { id, place, requester } = await house(server, []);
    const [alerted, coming] = [
      await verifiedHelper(server, place, { available: false }),
      await verifiedHelper(server, place, { available: false }),
    ];
    await enrol(server, id, [alerted, coming]);
    const emergency = await callForHelp(server, requester, { location: place });
    await go(coming, emergency, 'on_way');
    const admin = await adminOf(server);
    await renew(admin);
    for (const helper of [alerted, coming]) {
      must(await admin.patch(`/admin/users/${helper.id}`, { verified: false }));
    }
    must(await step(coming, emergency, 'arrived'));
    must(await accept(alerted, emergency));
  });
});
