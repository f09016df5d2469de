import type { OrganizationEmergencyView } from '../../src/modules/organizations/dto/organization-emergencies.dto';
import type { OrganizationView } from '../../src/modules/organizations/dto/organization.view';
import type { Page } from '../../src/common/http/pagination';
import { coarseCell } from '../../src/common/geo/coarse-cell';
import type { Place } from '../../src/common/geo/geo';
import { type Json, must, register, type TestActor, uniqueEmail } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  alertRow,
  cancel,
  locate,
  north,
  outcome,
  pending,
  raise,
  see,
  somewhere,
  step,
} from '../support/emergencies';
import { explainAll } from '../support/explain';
import { recordOf } from '../support/invariants';
import {
  accept as acceptInvitation,
  found,
  give,
  invite,
  join,
  leave,
  remove,
  tokenFor,
  verifyEmail,
} from '../support/organizations';
import { together } from '../support/race';
import { closeSockets, TestSocket } from '../support/sockets';
import { callForHelp, ids, memberRows, membersTold, neighbour, told } from './neighbourhood';

const settings = (actor: TestActor, id: string, to: Json) =>
  actor.patch<OrganizationView>(`/organizations/${id}/emergency-settings`, to);
const share = (actor: TestActor, id: string, shareEmergencies: unknown = true) =>
  actor.patch<OrganizationView>(`/organizations/${id}/members/me`, { shareEmergencies });
const dashboard = (actor: TestActor, id: string, query = '') =>
  actor.get<Page<OrganizationEmergencyView>>(`/organizations/${id}/emergencies${query}`);
const listed = async (actor: TestActor, id: string): Promise<string[]> =>
  must(await dashboard(actor, id)).data.items.map(({ emergencyId }) => emergencyId);

interface Home {
  id: string;
  place: Place;
  admin: TestActor;
  requester: TestActor;
  member: TestActor;
}

describe('An organization whose members look after one another', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  async function approved(admin: TestActor, id: string, place: Place): Promise<TestActor> {
    const person = await neighbour(server, place);
    must(await join(person, id));
    must(await give(admin, id, person.id, { approved: true }));
    return person;
  }

  /** An open house that alerts its members within 2 km; one of them shares her emergencies, another lives next door. */
  async function home(): Promise<Home> {
    const place = somewhere();
    const admin = await register(server, { displayName: 'Ada Admin' });
    const { id } = await found(admin);
    must(await settings(admin, id, { alert: 'members', radiusMeters: 2000 }));
    const requester = await approved(admin, id, place);
    must(await share(requester, id));
    return { id, place, admin, requester, member: await approved(admin, id, north(place, 300)) };
  }

  it('tells who was approved and who was invited, and not who came in by themselves; one of them comes', async () => {
    const { id, place, admin, requester, member } = await home();
    const uninvited = await neighbour(server, north(place, 100));
    must(await join(uninvited, id));
    const email = uniqueEmail();
    const invited = await verifyEmail(server, await register(server, { email }));
    must(await invited.put('/users/me/location', north(place, 400)));
    must(await invite(admin, id, email));
    must(await acceptInvitation(invited, await tokenFor(server, email)));
    const socket = await TestSocket.connect(invited);

    const emergency = await callForHelp(server, requester, { location: place });
    expect(await told(server, emergency)).toEqual(ids([member, invited]));
    await socket.event('emergency.created', ({ subjectId }) => subjectId === emergency);
    expect(outcome(await see(uninvited, emergency))).toBe('404 NOT_FOUND');
    must(await accept(invited, emergency));
    must(await step(invited, emergency, 'on_way'));
    expect((await see(invited, emergency)).data.location).toMatchObject({
      ...place,
      precision: 'exact',
    });
    expect(await listed(admin, id)).toEqual([emergency]);
    must(await cancel(requester, emergency));
    expect(await listed(admin, id)).toEqual([]);
  });

  it('tells nobody until an admin says so: the settings are none and 5 km at first', async () => {
    const admin = await register(server);
    const { id, inside } = await found(admin);
    expect(inside?.emergencySettings).toEqual({ alert: 'none', radiusMeters: 5000 });
    const one = must(await settings(admin, id, { alert: 'admins' })).data;
    expect(one.inside?.emergencySettings).toEqual({ alert: 'admins', radiusMeters: 5000 });
    const other = must(await settings(admin, id, { radiusMeters: 100 })).data;
    expect(other.inside?.emergencySettings).toEqual({ alert: 'admins', radiusMeters: 100 });
  });

  it('tells admins of whom nothing was heard, as if they were at the place of the organization', async () => {
    const place = somewhere();
    const admin = await register(server, { displayName: 'Ada at her desk' });
    // With few decimals: a house's place is public, and must not be taken for a person's.
    const house = {
      latitude: Number(place.latitude.toFixed(2)),
      longitude: Number(place.longitude.toFixed(2)),
    };
    const { id } = await found(admin, { location: house });
    must(await settings(admin, id, { alert: 'admins' }));
    const requester = await approved(admin, id, place);
    must(await share(requester, id));
    const emergency = await callForHelp(server, requester, { location: place });
    expect(await told(server, emergency)).toEqual(ids([admin]));
    // Moving about takes back what is out of reach; an admin never is.
    const moved = north(place, 3000);
    must(await requester.put(`/emergencies/${emergency}/location`, moved));
    expect((await see(admin, emergency)).status).toBe(200);
    must(await accept(admin, emergency));
  });

  it('and leaves those alone whose members agreed nowhere; agreeing counts until it is taken back everywhere', async () => {
    const { id, place, requester, member } = await home();
    const elsewhere = (await found(member)).id;
    must(await join(requester, elsewhere));
    must(await share(requester, elsewhere));
    const shares = async (): Promise<boolean> => {
      const user = await server.connection.collection('users').findOne({ _id: requester.objectId });
      return user?.sharesEmergencies === true;
    };
    expect(await shares()).toBe(true);
    must(await share(requester, elsewhere, false));
    expect(await shares()).toBe(true);
    const emergency = await callForHelp(server, requester, { location: place });
    expect(await told(server, emergency)).toEqual(ids([member]));
    must(await cancel(requester, emergency));
    must(await share(requester, id, false));
    expect(await shares()).toBe(false);
    const alone = must(await raise(requester, { location: place })).data.id;
    expect((await recordOf(server, alone)).emergency.dispatch.members.dueAt).toBeNull();
  });

  it('takes settings from admins alone, and consent from the member alone', async () => {
    const { id, admin, member } = await home();
    must(await give(admin, id, member.id, { role: 'moderator' }));
    expect(outcome(await settings(member, id, { alert: 'none' }))).toBe('403 FORBIDDEN');
    expect(outcome(await settings(await register(server), id, {}))).toBe('403 FORBIDDEN');
    expect(outcome(await share(await register(server), id))).toBe('403 FORBIDDEN');
    expect(outcome(await give(admin, id, member.id, { shareEmergencies: true }))).toBe(
      '400 VALIDATION_FAILED',
    );
  });

  it.each<[string, Json]>([
    ['an unknown audience', { alert: 'everybody' }],
    ['null for the audience', { alert: null }],
    ['a radius under 100 m', { radiusMeters: 99 }],
    ['a radius over 50 km', { radiusMeters: 50_001 }],
    ['a radius that is no whole number', { radiusMeters: 100.5 }],
    ['a radius as text', { radiusMeters: '500' }],
    ['null for the radius', { radiusMeters: null }],
    ['an unknown field', { alert: 'none', live: true }],
    ['an operator', { alert: { $ne: 'none' } }],
  ])('refuses %s', async (_, to) => {
    const admin = await register(server);
    const { id } = await found(admin);
    expect(outcome(await settings(admin, id, to))).toBe('400 VALIDATION_FAILED');
  });

  it.each([null, undefined, 'true', 1])('refuses %p as consent', async (given) => {
    const admin = await register(server);
    const { id } = await found(admin);
    const body = { shareEmergencies: given };
    expect(outcome(await admin.patch(`/organizations/${id}/members/me`, body))).toBe(
      '400 VALIDATION_FAILED',
    );
  });

  describe('takes alerts back when', () => {
    type End = (home: Home) => Promise<unknown>;
    it.each<[string, End]>([
      ['the requester does not share any more', ({ id, requester }) => share(requester, id, false)],
      ['the requester leaves', ({ id, requester }) => leave(requester, id)],
      ['the requester is removed', ({ id, admin, requester }) => remove(admin, id, requester.id)],
      [
        'the requester is not approved any more',
        ({ id, admin, requester }) => give(admin, id, requester.id, { approved: false }),
      ],
      ['the member leaves', ({ id, member }) => leave(member, id)],
      ['the member is removed', ({ id, admin, member }) => remove(admin, id, member.id)],
      [
        'the member is not approved any more',
        ({ id, admin, member }) => give(admin, id, member.id, { approved: false }),
      ],
    ])('%s, and says so', async (_, end) => {
      const house = await home();
      const { place, requester, member } = house;
      const socket = await TestSocket.connect(member);
      const emergency = await callForHelp(server, requester, { location: place });
      expect(await pending(member)).toEqual([emergency]);
      await end(house);
      const { data } = await socket.event('alert.withdrawn');
      expect(data).toEqual({ reason: 'removed' });
      expect(await pending(member)).toEqual([]);
      expect(outcome(await see(member, emergency))).toBe('404 NOT_FOUND');
      expect(outcome(await accept(member, emergency))).toBe('404 NOT_FOUND');
      await memberRows(server, emergency);
    });

    it('and lets who is on the way go on; once they have left they cannot come back', async () => {
      const { id, place, requester, member } = await home();
      const emergency = await callForHelp(server, requester, { location: place });
      must(await accept(member, emergency));
      must(await share(requester, id, false));
      must(await step(member, emergency, 'on_way'));
      must(await step(member, emergency, 'withdrawn'));
      expect(outcome(await accept(member, emergency))).toBe('403 FORBIDDEN');
    });

    it('the settings or the organization have gone: nobody can accept any more', async () => {
      const { id, place, admin, requester, member } = await home();
      const emergency = await callForHelp(server, requester, { location: place });
      must(await settings(admin, id, { alert: 'none' }));
      expect(outcome(await accept(member, emergency))).toBe('403 FORBIDDEN');
      must(await settings(admin, id, { alert: 'members' }));
      must(await admin.delete(`/organizations/${id}`));
      expect(outcome(await accept(member, emergency))).toBe('403 FORBIDDEN');
    });
  });

  it('decides one way or the other when a member accepts while the requester stops sharing', async () => {
    const { id, place, requester, member } = await home();
    const outcomes = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      must(await share(requester, id, true));
      const emergency = await callForHelp(server, requester, { location: place });
      const [accepted, stopped] = await together(
        round,
        () => accept(member, emergency),
        () => share(requester, id, false),
      );
      must(stopped);
      const said = outcome(accepted);
      outcomes.add(said);
      expect(['200', '403 FORBIDDEN', '404 NOT_FOUND']).toContain(said);
      const row = await alertRow(server, emergency, member);
      expect(row?.status).toBe(said === '200' ? 'accepted' : 'withdrawn');
      await memberRows(server, emergency);
      must(await cancel(requester, emergency));
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  describe('has a dashboard', () => {
    it('of whose emergency it is, of what kind, and roughly where', async () => {
      const { id, place, admin, requester, member } = await home();
      const description = 'Chest pain, third floor';
      const emergency = await callForHelp(server, requester, {
        type: 'medical',
        location: place,
        silent: true,
        description,
      });
      must(await accept(member, emergency));
      const answer = must(await dashboard(admin, id));
      expect(answer.data).toEqual({
        items: [
          {
            emergencyId: emergency,
            member: { userId: requester.id, displayName: 'Nora Neighbour' },
            type: 'medical',
            status: 'responding',
            silent: true,
            location: { ...coarseCell(place), precision: 'coarse' },
            responders: 1,
            createdAt: expect.stringMatching(/Z$/),
          },
        ],
        nextCursor: null,
      });
      expect(answer.text).not.toContain(description);
    });

    it('that leaves out who did not agree, is anonymous, or whom no admin approved', async () => {
      const { id, place, admin, requester, member } = await home();
      const joiner = await register(server);
      must(await join(joiner, id));
      must(await share(joiner, id));
      must(await raise(joiner, { location: place }));
      must(await raise(member, { location: place }));
      must(await raise(requester, { location: place, anonymous: true }));
      expect(await listed(admin, id)).toEqual([]);
    });

    it('that shows one without a place, and forgets it when the member stops sharing', async () => {
      const { id, place, admin, requester } = await home();
      must(
        await server.connection
          .collection('users')
          .updateOne({ _id: requester.objectId }, { $unset: { location: 1 } })
          .then(() => raise(requester)),
      );
      const [row] = must(await dashboard(admin, id)).data.items;
      expect(row?.location).toBeNull();
      must(await locate(requester, row?.emergencyId ?? '', place));
      expect(must(await dashboard(admin, id)).data.items[0]?.location).toEqual({
        ...coarseCell(place),
        precision: 'coarse',
      });
      must(await share(requester, id, false));
      expect(await listed(admin, id)).toEqual([]);
    });

    it('for moderators too, for no other member, and for nobody between whom and the member there is a block', async () => {
      const { id, place, admin, requester, member } = await home();
      const emergency = await callForHelp(server, requester, { location: place });
      expect(outcome(await dashboard(member, id))).toBe('403 FORBIDDEN');
      must(await give(admin, id, member.id, { role: 'moderator' }));
      expect(await listed(member, id)).toEqual([emergency]);
      must(await member.put(`/users/me/blocks/${requester.id}`));
      expect(await listed(member, id)).toEqual([]);
      must(await requester.put(`/users/me/blocks/${admin.id}`));
      expect(await listed(admin, id)).toEqual([]);
    });

    it('in pages, the newest first, and reads no whole collection; nor does telling the members', async () => {
      const { id, place, admin, requester } = await home();
      const first = await callForHelp(server, requester, { location: place });
      const second = await approved(admin, id, place);
      must(await share(second, id));
      let last = '';
      const reads = await explainAll(server, async () => {
        last = await callForHelp(server, second, { location: place });
        await membersTold(server, last);
        const one = must(await dashboard(admin, id, '?limit=1')).data;
        expect(one.items.map(({ emergencyId }) => emergencyId)).toEqual([last]);
        const next = must(await dashboard(admin, id, `?limit=1&cursor=${one.nextCursor}`)).data;
        expect(next.items.map(({ emergencyId }) => emergencyId)).toEqual([first]);
        expect(next.nextCursor).toBeNull();
      });
      expect(reads).toBeGreaterThan(5);
      expect(outcome(await dashboard(admin, id, '?cursor=nonsense'))).toBe('400 INVALID_CURSOR');
      expect(outcome(await dashboard(admin, id, '?status=active'))).toBe('400 VALIDATION_FAILED');
    });
  });
});
