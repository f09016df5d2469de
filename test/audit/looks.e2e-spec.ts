import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { accept, scene } from '../support/emergencies';
import { helpScene } from '../support/help-requests';
import { reported } from '../support/moderation';
import { TestSocket } from '../support/sockets';
import { MINUTE } from '../../src/common/time/clock';

describe('What staff are shown is on record before they see it:', () => {
  let server: TestApp;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    moderator = await staff(server, 'moderator');
  });
  afterAll(() => server.close());

  /** The looks of the moderator of this test, in order, as [action, target]. */
  async function looks(by = moderator): Promise<string[][]> {
    const rows = await server.connection
      .collection('audit_log')
      .find({ actor: by.objectId, action: /^seen\./ })
      .sort({ seq: 1 })
      .toArray();
    return rows.map(({ action, target }) => [String(action), String(target)]);
  }

  it('the exact place of an emergency, its timeline, over sockets too, and its ledger', async () => {
    const { id } = await scene(server, 1);
    const seen = must(
      await moderator.get<{ location: { precision: string } }>(`/emergencies/${id}`),
    );
    expect(seen.data.location.precision).toBe('exact');
    must(await moderator.get(`/emergencies/${id}/events`));
    must(await moderator.get(`/emergencies/${id}/alerts`));
    expect(await looks()).toEqual([
      ['seen.emergency.place', id],
      ['seen.emergency.timeline', id],
      ['seen.emergency.alerts', id],
    ]);
    const another = await staff(server, 'moderator');
    const socket = await TestSocket.connect(another);
    await socket.ask('emergency.sync', { emergencyId: id, afterSeq: 0 });
    expect(await looks(another)).toEqual([['seen.emergency.timeline', id]]);
  });

  it('the door of a help request, which a list does not show them', async () => {
    const { id } = await helpScene(server, 0);
    const listed = must(
      await moderator.get<{ items: { id: string; location: { precision: string } }[] }>(
        '/help-requests?limit=100',
      ),
    ).data.items.find((item) => item.id === id);
    expect(listed?.location.precision).toBe('coarse');
    expect(await looks()).toEqual([]);
    const page = must(
      await moderator.get<{ location: { precision: string } }>(`/help-requests/${id}`),
    );
    expect(page.data.location.precision).toBe('exact');
    expect(await looks()).toEqual([['seen.help_request.place', id]]);
  });

  it('an account, and the list of accounts', async () => {
    const person = await register(server);
    must(await moderator.get(`/admin/users/${person.id}`));
    must(await moderator.get('/admin/users?limit=1'));
    expect(await looks()).toEqual([
      ['seen.user', person.id],
      ['seen.users', moderator.id],
    ]);
  });

  it('reports, in the queue too: they quote what people wrote', async () => {
    const person = await register(server);
    const report = await reported(await register(server), 'user', person.id);
    must(await moderator.get('/admin/reports?limit=1'));
    must(await moderator.get(`/admin/reports/${report}`));
    expect(await looks()).toEqual([
      ['seen.reports', moderator.id],
      ['seen.report', report],
    ]);
  });

  it('the queues of appeals and of requests to be verified', async () => {
    must(await moderator.get('/admin/appeals?limit=1'));
    must(await moderator.get('/admin/verifications?limit=1'));
    expect(await looks()).toEqual([
      ['seen.appeals', moderator.id],
      ['seen.verifications', moderator.id],
    ]);
  });

  it('without the record there is no answer', async () => {
    const { id } = await scene(server, 0);
    const log = server.connection.collection('audit_log');
    await server.connection.db?.command({
      collMod: 'audit_log',
      validator: { action: { $ne: 'seen.emergency.place' } },
    });
    const answer = await moderator.get(`/emergencies/${id}`);
    await server.connection.db?.command({ collMod: 'audit_log', validator: {} });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('latitude');
    expect(await log.countDocuments({ actor: moderator.objectId })).toBe(0);
  });

  it('nobody’s looks but theirs: requester and responders leave none', async () => {
    const { requester, helpers, id } = await scene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    must(await accept(helper, id));
    for (const person of [requester, helper]) must(await person.get(`/emergencies/${id}`));
    expect([...(await looks(requester)), ...(await looks(helper))]).toEqual([]);
  });

  it('and what they do to an emergency: its end, once', async () => {
    const { id } = await scene(server, 0);
    must(await moderator.post(`/emergencies/${id}/resolve`, {}));
    must(await moderator.post(`/emergencies/${id}/resolve`, {}));
    const rows = await server.connection
      .collection('audit_log')
      .find({ action: 'emergency.resolved' })
      .toArray();
    expect(rows).toEqual([
      expect.objectContaining({
        actor: moderator.objectId,
        changes: { status: { from: 'active', to: 'resolved' } },
      }),
    ]);
    expect(String(rows[0]?.target)).toBe(id);
  });

  it('once in fifteen minutes, and nothing that they may not see', async () => {
    const { id } = await scene(server, 0);
    for (let time = 0; time < 3; time += 1) must(await moderator.get(`/emergencies/${id}`));
    expect(await looks()).toHaveLength(1);
    server.clock.advance(16 * MINUTE);
    const again = await moderator.logIn();
    must(await again.get(`/emergencies/${id}`));
    expect(await looks()).toHaveLength(2);
    expect((await again.get(`/emergencies/${'f'.repeat(24)}`)).status).toBe(404);
    expect(await looks()).toHaveLength(2);
  });
});
