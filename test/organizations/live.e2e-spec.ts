import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { closeSockets, TestSocket } from '../support/sockets';
import {
  found,
  give,
  handOver,
  join,
  joinRequests,
  leave,
  remove,
  withAdmins,
} from '../support/organizations';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterEach(closeSockets);
afterAll(() => server.close());

describe('What happens among the members', () => {
  it('is told to the admins and to whom it is about, and to nobody else', async () => {
    const { id, founder } = await withAdmins(server, 0);
    const kim = await register(server, { displayName: 'Kim Newcomer' });
    const bystander = await register(server);
    must(await join(bystander, id));
    const [admins, own, others] = [
      await TestSocket.connect(founder),
      await TestSocket.connect(kim),
      await TestSocket.connect(bystander),
    ];
    must(await join(kim, id));
    for (const socket of [admins, own]) {
      const event = await socket.event('organization.member_joined');
      expect(event).toEqual({
        name: 'organization.member_joined',
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        kind: 'organization',
        subjectId: id,
        seq: null,
        at: expect.stringMatching(/Z$/),
        data: { userId: kim.id, role: 'member', via: 'open', displayName: 'Kim Newcomer' },
      });
    }
    must(await give(founder, id, kim.id, { role: 'moderator' }));
    expect((await own.event('organization.member_changed')).data).toEqual({
      userId: kim.id,
      displayName: 'Kim Newcomer',
      role: 'moderator',
      approved: true,
      from: { role: 'member', approved: false },
    });
    must(await handOver(founder, id, kim.id));
    expect((await own.event('organization.owner_changed')).data).toEqual({
      from: founder.id,
      to: kim.id,
    });
    must(await leave(founder, id));
    expect((await own.event('organization.member_left')).data).toMatchObject({
      userId: founder.id,
      reason: 'left',
    });
    must(await remove(kim, id, bystander.id));
    const told = await others.event('organization.member_left');
    expect(told.data).toMatchObject({ userId: bystander.id, reason: 'removed' });
    expect(others.events).toEqual([told]);
  });

  it('that somebody asks to be let in, and what came of it, is told to the admins and to them', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'request' });
    const kim = await register(server);
    const [admins, own] = [await TestSocket.connect(founder), await TestSocket.connect(kim)];
    must(await join(kim, id, { message: 'A secret word.' }));
    const [request] = must(await joinRequests(founder, id)).data.items;
    for (const socket of [admins, own]) {
      expect((await socket.event('organization.join_requested')).data).toMatchObject({
        requestId: request?.id,
        userId: kim.id,
      });
    }
    expect(admins.text()).not.toContain('A secret word.');
    must(await founder.post(`/organizations/${id}/join-requests/${request?.id}/reject`));
    expect((await own.event('organization.join_request_closed')).data).toMatchObject({
      status: 'rejected',
    });
    must(await join(kim, id));
    const [again] = must(await joinRequests(founder, id)).data.items;
    must(await founder.post(`/organizations/${id}/join-requests/${again?.id}/approve`));
    expect((await own.event('organization.member_joined')).data).toMatchObject({ via: 'request' });
    must(await founder.delete(`/organizations/${id}`));
    await admins.event('organization.removed');
  });

  it('is written down by ids alone', async () => {
    const founder = await register(server, { displayName: 'Fay Findable' });
    const { id } = await found(founder, { name: 'Findable house', joinPolicy: 'request' });
    must(await founder.post(`/organizations/${id}/invitations`, { email: 'find@example.org' }));
    const kim = await register(server, { displayName: 'Kim Findable' });
    must(await join(kim, id, { message: 'Findable words' }));
    const events = await server.connection.collection('events').find({}).toArray();
    expect(events.length).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toMatch(/findable|example\.org/i);
  });
});

describe('A report of an organization', () => {
  it('reaches the moderators with what it says of itself', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { name: 'Bad house', description: 'Bad words.' });
    const stranger = await register(server);
    const report = { subject: { kind: 'organization', id }, reason: 'spam' };
    expect((await stranger.post('/reports', report)).status).toBe(201);
    const row = await server.connection.collection('reports').findOne({});
    expect(row).toMatchObject({ evidence: 'Bad house\nBad words.', owner: founder.objectId });
    must(await founder.delete(`/organizations/${id}`));
    const late = await (await register(server)).post('/reports', report);
    expect(late.status).toBe(404);
  });
});
