import { Types } from 'mongoose';
import type { Membership } from '../../src/modules/organizations/schemas/membership.schema';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  checkRoster,
  found,
  give,
  handOver,
  HOUSE,
  join,
  joined,
  joinRequests,
  leave,
  members,
  outcome,
  remove,
  see,
  withAdmins,
} from '../support/organizations';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.close());

const roles = async (actor: TestActor, id: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    must(await members(actor, id)).data.items.map(({ userId, role }) => [userId, role]),
  );

describe('An organization', () => {
  it('is founded by its first member, who is its owner and an admin', async () => {
    const founder = await register(server);
    const organization = await found(founder, { description: 'Our house.', location: HOUSE });
    expect(organization).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Lindenhof 12',
      type: 'apartment',
      description: 'Our house.',
      location: HOUSE,
      distanceMeters: null,
      joinPolicy: 'open',
      createdAt: expect.stringMatching(/Z$/),
      membership: {
        role: 'admin',
        approved: true,
        shareEmergencies: false,
        joinedAt: expect.stringMatching(/Z$/),
      },
      joinRequested: false,
      inside: {
        ownerId: founder.id,
        memberCount: 1,
        capacity: 25,
        tier: 'free',
        emergencySettings: { alert: 'none', radiusMeters: 5000 },
      },
    });
    await checkRoster(server, organization.id);
  });

  it('shows strangers its profile and nothing of its inside', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const stranger = await register(server);
    const seen = must(await see(stranger, id));
    expect(seen.data).toMatchObject({ name: 'Lindenhof 12', membership: null, inside: null });
    expect(seen.text).not.toContain(founder.id);
    for (const path of ['members', 'join-requests', 'invitations']) {
      expect(outcome(await stranger.get(`/organizations/${id}/${path}`))).toBe('403 FORBIDDEN');
    }
  });

  it('is described anew by its admins alone, and what is left out stays', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { description: 'Our house.', location: HOUSE });
    const member = await joined(server, id);
    expect(outcome(await member.patch(`/organizations/${id}`, { name: 'Mine' }))).toBe(
      '403 FORBIDDEN',
    );
    const changed = await founder.patch(`/organizations/${id}`, {
      name: 'Lindenhof',
      location: null,
    });
    expect(must(changed).data).toMatchObject({
      name: 'Lindenhof',
      description: 'Our house.',
      location: null,
      joinPolicy: 'open',
    });
    const noted = await founder.patch(`/organizations/${id}`, { description: null });
    expect(must(noted).data).toMatchObject({ description: null, name: 'Lindenhof' });
  });

  it('is removed by its owner: nobody finds it, and nobody belongs to it', async () => {
    const { id, founder, admins } = await withAdmins(server, 1);
    const [admin] = admins;
    if (!admin) throw new Error('no admin');
    expect(outcome(await admin.delete(`/organizations/${id}`))).toBe('403 FORBIDDEN');
    must(await founder.delete(`/organizations/${id}`));
    for (const actor of [founder, admin]) {
      expect(outcome(await see(actor, id))).toBe('404 NOT_FOUND');
      expect(must(await actor.get('/organizations?mine=true')).data.items).toEqual([]);
    }
    expect(outcome(await join(await register(server), id))).toBe('404 NOT_FOUND');
    expect(await checkRoster(server, id)).toEqual([]);
    must(await founder.delete('/users/me', { password: founder.password }));
  });

  it('is removed by a moderator of the platform as well, which is recorded', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const moderator = await staff(server, 'moderator');
    must(await moderator.delete(`/organizations/${id}`));
    expect(outcome(await see(founder, id))).toBe('404 NOT_FOUND');
    const entry = await server.connection
      .collection('audit_log')
      .findOne({ action: 'organization.removed', actor: moderator.objectId });
    expect(String(entry?.target)).toBe(id);
  });
});

describe('Joining', () => {
  it('an open organization makes a member at once, of whom no admin has approved', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const person = await register(server);
    const answer = must(await join(person, id)).data;
    expect(answer.membership).toMatchObject({
      role: 'member',
      approved: false,
      shareEmergencies: false,
    });
    expect(answer.inside?.memberCount).toBe(2);
    expect(must(await join(person, id)).data.membership).toEqual(answer.membership);
    const approved = must(await give(founder, id, person.id, { approved: true }));
    expect(approved.status).toBe(200);
    expect(must(await see(person, id)).data.membership?.approved).toBe(true);
    await checkRoster(server, id);
  });

  it('by request waits for an admin, who sees the names and lets in or turns away', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'request' });
    const kim = await register(server, { displayName: 'Kim Asks' });
    const lee = await register(server, { displayName: 'Lee Asks' });
    const asked = must(await join(kim, id, { message: 'Third floor.' })).data;
    expect(asked).toMatchObject({ joinRequested: true, membership: null, inside: null });
    must(await join(kim, id, { message: 'Again.' }));
    must(await join(lee, id));
    const { items } = must(await joinRequests(founder, id)).data;
    expect(items).toMatchObject([
      { userId: kim.id, displayName: 'Kim Asks', status: 'pending', message: 'Third floor.' },
      { userId: lee.id, displayName: 'Lee Asks', message: null },
    ]);
    const [first, second] = items.map((item) => `/organizations/${id}/join-requests/${item.id}`);
    expect(outcome(await kim.post(`${first}/approve`))).toBe('403 FORBIDDEN');
    const decided = (index: number, status: string) => ({ ...items[index], status });
    const key = { 'Idempotency-Key': 'approve-once' };
    for (let time = 0; time < 2; time += 1) {
      const answer = await founder.post(`${first}/approve`, undefined, key);
      expect(must(answer).data).toEqual(decided(0, 'approved'));
    }
    expect(must(await founder.post(`${first}/approve`)).data).toEqual(decided(0, 'approved'));
    expect(outcome(await founder.post(`${first}/reject`))).toBe('409 INVALID_TRANSITION');
    expect(must(await founder.post(`${second}/reject`)).data).toEqual(decided(1, 'rejected'));
    expect(must(await see(kim, id)).data).toMatchObject({
      joinRequested: false,
      membership: { role: 'member', approved: true },
    });
    expect(must(await see(lee, id)).data).toMatchObject({ joinRequested: false, membership: null });
    expect(must(await joinRequests(founder, id)).data.items).toEqual([]);
    await checkRoster(server, id);
  });

  it('by request can be taken back before it is decided', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'request' });
    const kim = await register(server);
    must(await join(kim, id));
    const [request] = must(await joinRequests(founder, id)).data.items;
    must(await leave(kim, id));
    expect(must(await see(kim, id)).data.joinRequested).toBe(false);
    const late = await founder.post(`/organizations/${id}/join-requests/${request?.id}/approve`);
    expect(outcome(late)).toBe('409 INVALID_TRANSITION');
    expect(late.error?.details).toEqual({ status: 'withdrawn' });
  });

  it('takes an invitation where the organization says so', async () => {
    const { id } = await found(await register(server), { joinPolicy: 'invitation' });
    expect(outcome(await join(await register(server), id))).toBe('403 FORBIDDEN');
  });

  it('ends with the twenty-fifth member, by request as well, and the request stays open', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    for (let count = 1; count < 25; count += 1) await joined(server, id);
    const late = await join(await register(server), id);
    expect(outcome(late)).toBe('409 CONFLICT');
    expect(late.error?.details).toEqual({ capacity: 25 });
    must(await founder.patch(`/organizations/${id}`, { joinPolicy: 'request' }));
    const person = await register(server);
    must(await join(person, id));
    const [request] = must(await joinRequests(founder, id)).data.items;
    const approve = `/organizations/${id}/join-requests/${request?.id}/approve`;
    expect(outcome(await founder.post(approve))).toBe('409 CONFLICT');
    const [, second] = must(await members(founder, id)).data.items;
    must(await remove(founder, id, second?.userId ?? ''));
    must(await founder.post(approve));
    expect((await checkRoster(server, id)).length).toBe(25);
  });
});

describe('Somebody who belongs to a hundred organizations', () => {
  it('founds and joins none beside them until they leave one', async () => {
    const person = await register(server);
    const { id } = await found(person);
    const row = await server.connection
      .collection('memberships')
      .findOne({ user: person.objectId });
    const { role, approved, shareEmergencies, suspended, joinedAt, used } =
      row as unknown as Membership;
    const fields = { role, approved, shareEmergencies, suspended, joinedAt, used };
    await server.connection.collection('memberships').insertMany(
      Array.from({ length: 99 }, () => ({
        ...fields,
        user: person.objectId,
        organization: new Types.ObjectId(),
      })),
    );
    const other = await found(await register(server));
    for (const answer of [
      await join(person, other.id),
      await person.post('/organizations', { name: 'One more', type: 'other', joinPolicy: 'open' }),
    ]) {
      expect(outcome(answer)).toBe('409 CONFLICT');
      expect(answer.error?.details).toEqual({ membershipsAtMost: 100 });
    }
    must(await person.delete(`/organizations/${id}`));
    must(await join(person, other.id));
    await server.connection.collection('memberships').deleteMany({ user: person.objectId });
  });
});

describe('Members', () => {
  it('know one another by name, page by page, and nobody else does', async () => {
    const founder = await register(server, { displayName: 'Fay Founder' });
    const { id } = await found(founder);
    const kim = await register(server, { displayName: 'Kim Member' });
    must(await join(kim, id));
    const page = must(await members(kim, id, '?limit=1')).data;
    expect(page.items).toMatchObject([
      {
        userId: founder.id,
        displayName: 'Fay Founder',
        role: 'admin',
        approved: null,
        suspended: null,
      },
    ]);
    const rest = must(await members(kim, id, `?limit=1&cursor=${page.nextCursor}`)).data;
    expect(rest).toMatchObject({ items: [{ displayName: 'Kim Member' }], nextCursor: null });
    expect(
      must(await members(kim, id, '?role=admin')).data.items.map(({ userId }) => userId),
    ).toEqual([founder.id]);
    expect(must(await members(founder, id)).data.items).toMatchObject([
      { approved: true, suspended: false },
      { approved: false },
    ]);
    must(await leave(kim, id));
    expect(outcome(await members(kim, id))).toBe('403 FORBIDDEN');
  });

  it('between whom there is a block do not see each other in the list, unless they run it', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const [kim, lee] = [await joined(server, id), await joined(server, id)];
    must(await kim.put(`/users/me/blocks/${lee.id}`));
    expect(Object.keys(await roles(kim, id))).not.toContain(lee.id);
    expect(Object.keys(await roles(lee, id))).not.toContain(kim.id);
    expect(Object.keys(await roles(founder, id))).toHaveLength(3);
    must(await give(founder, id, kim.id, { role: 'moderator' }));
    expect(Object.keys(await roles(kim, id))).toContain(lee.id);
  });

  it('are answered as they are after a change, and as they are now where it is repeated by its key', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const kim = await joined(server, id);
    const lee = await joined(server, id);
    const row = async (userId: string, viewer = founder) =>
      must(await members(viewer, id)).data.items.find((one) => one.userId === userId);
    const key = { 'Idempotency-Key': 'promote-once' };
    const promote = () =>
      founder.patch(`/organizations/${id}/members/${kim.id}`, { role: 'admin' }, key);
    expect(must(await promote()).data).toEqual(await row(kim.id));
    must(await give(founder, id, kim.id, { role: 'moderator' }));
    const again = must(await promote());
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.data).toMatchObject({ userId: kim.id, role: 'moderator', approved: true });

    // Who gives their own right away sees no more than a plain member does.
    must(await give(founder, id, kim.id, { role: 'admin' }));
    expect(must(await give(kim, id, kim.id, { role: 'member' })).data).toEqual(
      await row(kim.id, lee),
    );
    must(await remove(founder, id, kim.id));
    expect(outcome(await promote())).toBe('404 NOT_FOUND');
  });

  it('get roles from admins alone, and who runs it with them is approved by it', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const [kim, lee] = [await joined(server, id), await joined(server, id)];
    expect(outcome(await give(kim, id, kim.id, { role: 'admin' }))).toBe('403 FORBIDDEN');
    must(await give(founder, id, kim.id, { role: 'moderator' }));
    expect(must(await see(kim, id)).data.membership).toMatchObject({
      role: 'moderator',
      approved: true,
    });
    expect(outcome(await give(kim, id, lee.id, { role: 'moderator' }))).toBe('403 FORBIDDEN');
    expect(outcome(await give(founder, id, kim.id, { approved: false }))).toBe('409 CONFLICT');
    expect(outcome(await give(founder, id, '0'.repeat(24), { role: 'admin' }))).toBe(
      '404 NOT_FOUND',
    );
    must(await give(founder, id, kim.id, { role: 'member', approved: false }));
    expect(must(await see(kim, id)).data.membership).toMatchObject({
      role: 'member',
      approved: false,
    });
    await checkRoster(server, id);
  });

  it('are removed by admins, plain ones by moderators, and then do not come back by themselves', async () => {
    const { id, founder, admins } = await withAdmins(server, 1);
    const [admin] = admins;
    const [kim, lee] = [await joined(server, id), await joined(server, id)];
    if (!admin) throw new Error('no admin');
    must(await give(founder, id, kim.id, { role: 'moderator' }));
    expect(outcome(await remove(lee, id, kim.id))).toBe('403 FORBIDDEN');
    expect(outcome(await remove(kim, id, admin.id))).toBe('403 FORBIDDEN');
    must(await remove(kim, id, lee.id));
    expect(outcome(await join(lee, id))).toBe('403 FORBIDDEN');
    expect(outcome(await remove(kim, id, lee.id))).toBe('404 NOT_FOUND');
    must(await remove(admin, id, kim.id));
    expect(outcome(await remove(admin, id, founder.id))).toBe('403 FORBIDDEN');
    expect(await roles(founder, id)).toEqual({ [founder.id]: 'admin', [admin.id]: 'admin' });
    await checkRoster(server, id);
  });
});

describe('The last admin', () => {
  it('can neither leave nor be demoted, by themselves or anybody', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    await joined(server, id);
    for (const answer of [
      await leave(founder, id),
      await give(founder, id, founder.id, { role: 'member' }),
      await remove(founder, id, founder.id),
    ]) {
      expect(outcome(answer)).toBe('409 CONFLICT');
      expect(answer.error?.details).toEqual({ organizationIds: [id] });
    }
    await checkRoster(server, id);
  });

  it('who leaves others behind is followed by the one who has been it longest', async () => {
    const { id, founder, admins } = await withAdmins(server, 2);
    const [first, second] = admins;
    if (!first || !second) throw new Error('no admins');
    must(await leave(founder, id));
    expect(must(await see(second, id)).data.inside?.ownerId).toBe(first.id);
    must(await give(first, id, first.id, { role: 'member' }));
    expect(must(await see(second, id)).data.inside?.ownerId).toBe(second.id);
    await checkRoster(server, id);
  });

  it('hands over to a member, who becomes an admin with it', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const kim = await joined(server, id);
    expect(outcome(await handOver(kim, id, kim.id))).toBe('403 FORBIDDEN');
    expect(outcome(await handOver(founder, id, (await register(server)).id))).toBe('404 NOT_FOUND');
    must(await handOver(founder, id, kim.id));
    expect(await roles(kim, id)).toEqual({ [founder.id]: 'admin', [kim.id]: 'admin' });
    expect(outcome(await handOver(founder, id, founder.id))).toBe('403 FORBIDDEN');
    expect(outcome(await remove(founder, id, kim.id))).toBe('403 FORBIDDEN');
    must(await leave(founder, id));
    await checkRoster(server, id);
  });
});
