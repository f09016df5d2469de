import { adminOf, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  checkRoster,
  found,
  give,
  handOver,
  invite,
  join,
  joined,
  joinRequests,
  leave,
  members,
  outcome,
  see,
  tokenFor,
  verifyEmail,
  withAdmins,
} from '../support/organizations';

let server: TestApp;
let admin: TestActor;
beforeAll(async () => {
  server = await startTestApp();
  admin = await adminOf(server);
});
afterAll(() => server.close());

const erase = (actor: TestActor) => actor.delete('/users/me', { password: actor.password });
const stand = (actor: TestActor, status: 'active' | 'suspended', by = admin) =>
  by.patch(`/admin/users/${actor.id}`, { status });
const ids = async (actor: TestActor, id: string): Promise<string[]> =>
  must(await members(actor, id)).data.items.map(({ userId }) => userId);

describe('An account that is erased', () => {
  it('gives its place in every organization free', async () => {
    const { id, founder } = await withAdmins(server, 0);
    const other = await found(founder);
    const kim = await joined(server, id);
    must(await join(kim, other.id));
    must(await erase(kim));
    for (const house of [id, other.id]) {
      expect(await ids(founder, house)).toEqual([founder.id]);
      await checkRoster(server, house);
    }
  });

  it('hands over first where it is the last admin: every such organization is named', async () => {
    const { id, founder } = await withAdmins(server, 0);
    const other = await found(founder);
    const kim = await joined(server, id);
    const refused = await erase(founder);
    expect(outcome(refused)).toBe('409 CONFLICT');
    expect(refused.error?.details).toEqual({ organizationIds: [id, other.id] });
    must(await handOver(founder, id, kim.id));
    expect((await erase(founder)).error?.details).toEqual({ organizationIds: [other.id] });
    expect(await ids(kim, id)).toHaveLength(2);
    must(await founder.delete(`/organizations/${other.id}`));
    must(await erase(founder));
    expect(must(await see(kim, id)).data.inside).toMatchObject({ ownerId: kim.id, memberCount: 1 });
    await checkRoster(server, id);
  });

  it('leaves the organization to the longest-serving other admin', async () => {
    const { id, founder, admins } = await withAdmins(server, 2);
    must(await erase(founder));
    expect(must(await see(admins[1], id)).data.inside?.ownerId).toBe(admins[0]?.id);
    await checkRoster(server, id);
  });

  it('takes its requests to join and the invitations to its address with it', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'request' });
    const kim = await verifyEmail(server, await register(server));
    must(await join(kim, id));
    must(await invite(founder, id, kim.email));
    must(await erase(kim));
    expect(must(await joinRequests(founder, id)).data.items).toEqual([]);
    for (const collection of ['join_requests', 'invitations']) {
      const rows = await server.connection.collection(collection).find({}).toArray();
      expect(JSON.stringify(rows)).not.toContain(kim.email);
      expect(JSON.stringify(rows)).not.toContain(kim.id);
    }
  });
});

describe('An account that is suspended', () => {
  it('stays a member, counts for no admin, is shown to who runs the organization, and comes back as it was', async () => {
    const { id, founder, admins } = await withAdmins(server, 1);
    const [second] = admins;
    const member = await joined(server, id);
    if (!second) throw new Error('no admin');
    must(await stand(second, 'suspended'));
    expect(await ids(member, id)).not.toContain(second.id);
    expect(await ids(founder, id)).toContain(second.id);
    await checkRoster(server, id);
    expect(outcome(await leave(founder, id))).toBe('409 CONFLICT');
    expect(outcome(await handOver(founder, id, second.id))).toBe('409 CONFLICT');
    must(await stand(second, 'active'));
    await checkRoster(server, id);
    const back = await second.logIn();
    expect(must(await see(back, id)).data.membership?.role).toBe('admin');
    must(await leave(founder, id));
    await checkRoster(server, id);
  });

  it('of the owner passes the organization on to another admin', async () => {
    const { id, founder, admins } = await withAdmins(server, 1);
    must(await stand(founder, 'suspended'));
    expect(must(await see(admins[0], id)).data.inside?.ownerId).toBe(admins[0]?.id);
    await checkRoster(server, id);
    must(await stand(founder, 'active'));
    await checkRoster(server, id);
  });

  it('of the last admin asks for a hand-over first, which an admin of the platform can do, and it is recorded', async () => {
    const { id, founder } = await withAdmins(server, 0);
    const kim = await joined(server, id);
    const moderator = await staff(server, 'moderator');
    const refused = await stand(founder, 'suspended', moderator);
    expect(outcome(refused)).toBe('409 CONFLICT');
    expect(refused.error?.details).toEqual({ organizationIds: [id] });
    expect(outcome(await see(founder, id))).toBe('200');
    expect(outcome(await handOver(moderator, id, kim.id))).toBe('403 FORBIDDEN');
    expect(await ids(moderator, id)).toEqual([founder.id, kim.id]);
    must(await handOver(admin, id, kim.id));
    must(await stand(founder, 'suspended', moderator));
    const entry = await server.connection
      .collection('audit_log')
      .findOne({ action: 'organization.handed_over', actor: admin.objectId });
    expect(entry).toMatchObject({ target: expect.anything() });
    expect(String(entry?.changes.owner.to)).toBe(kim.id);
    await checkRoster(server, id);
  });

  it('of the last admin is possible too once the organization was removed', async () => {
    const { id, founder } = await withAdmins(server, 0);
    must(await admin.delete(`/organizations/${id}`));
    must(await stand(founder, 'suspended'));
  });

  it('is not shown among those who ask to be let in, until it is active again', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'request' });
    const kim = await register(server);
    must(await join(kim, id));
    const [request] = must(await joinRequests(founder, id)).data.items;
    must(await stand(kim, 'suspended'));
    expect(must(await joinRequests(founder, id)).data.items).toEqual([]);
    const approve = `/organizations/${id}/join-requests/${request?.id}/approve`;
    expect(outcome(await founder.post(approve))).toBe('404 NOT_FOUND');
    must(await stand(kim, 'active'));
    must(await founder.post(approve));
    await checkRoster(server, id);
  });

  it('comes in by no invitation until it is active again', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const kim = await verifyEmail(server, await register(server));
    must(await invite(founder, id, kim.email));
    const token = await tokenFor(server, kim.email);
    must(await stand(kim, 'suspended'));
    expect(outcome(await accept(kim, token))).toBe('403 ACCOUNT_SUSPENDED');
    must(await stand(kim, 'active'));
    must(await accept(await kim.logIn(), token));
    must(await give(founder, id, kim.id, { role: 'admin' }));
    await checkRoster(server, id);
  });
});
