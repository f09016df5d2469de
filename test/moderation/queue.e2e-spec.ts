import { ReportClaims } from '../../src/modules/reports/report-claims';
import type { QueuedReportView, ReportView } from '../../src/modules/reports/dto/report.view';
import { SuspensionSweeper } from '../../src/modules/admin/suspension.sweeper';
import { DAY, MINUTE } from '../../src/common/time/clock';
import { call, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { openBusiness } from '../support/businesses';
import { outcome } from '../support/emergencies';
import { claim, decide, punish, reported, settle } from '../support/moderation';
import { closeSockets, TestSocket } from '../support/sockets';

describe('The queue of reports', () => {
  let server: TestApp;
  let moderator: TestActor;
  let other: TestActor;
  let admin: TestActor;
  let reporter: TestActor;
  let person: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    moderator = await staff(server, 'moderator');
    other = await staff(server, 'moderator');
    admin = await staff(server, 'admin');
    reporter = await register(server);
    person = await register(server);
  });
  afterEach(() => closeSockets());
  afterAll(() => server.close());

  const soon = (days: number) => new Date(server.clock.now().getTime() + days * DAY).toISOString();
  const logIn = () =>
    call(server, 'POST', '/auth/login', { email: person.email, password: person.password });
  const audited = (action: string, by: TestActor) =>
    server.connection
      .collection('audit_log')
      .find({ action, actor: by.objectId })
      .sort({ seq: 1 })
      .toArray();

  it('a story: reported, claimed, decided; the reporter hears that, the person what and why', async () => {
    const report = await reported(reporter, 'user', person.id);
    const hearing = await TestSocket.connect(reporter);
    const warned = await TestSocket.connect(person);
    const looked = must(await moderator.get<QueuedReportView>(`/admin/reports/${report}`)).data;
    expect(looked).toMatchObject({ status: 'open', claim: null, decisionId: null, decision: null });
    const claimed = must(await claim(moderator, report)).data;
    expect(claimed).toMatchObject({ status: 'claimed', claim: { moderatorId: moderator.id } });
    const mine = must(
      await moderator.get<{ items: QueuedReportView[] }>('/admin/reports?mine=true&kind=user'),
    );
    expect(mine.data.items.map(({ id }) => id)).toEqual([report]);
    const decided = must(await decide(moderator, report, 'warn')).data;
    expect(decided).toMatchObject({
      status: 'upheld',
      claim: null,
      decision: { action: 'warn', personId: person.id, moderatorId: moderator.id, until: null },
    });
    const told = await hearing.event('report.decided');
    expect(told).toMatchObject({ kind: 'report', subjectId: report, data: { status: 'upheld' } });
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${moderator.id}|asked for money first`));
    const heard = await warned.event('moderation.decided');
    expect(heard).toMatchObject({
      kind: 'moderation',
      subjectId: decided.decisionId,
      data: { action: 'warn', reason: 'They asked for money first.' },
    });
    expect(JSON.stringify(heard)).not.toMatch(
      new RegExp(`${moderator.id}|${reporter.id}|${report}`),
    );
    const own = must(await reporter.get<{ items: ReportView[] }>('/reports')).data.items;
    expect(own).toMatchObject([{ id: report, status: 'upheld' }]);
    const actions = await server.connection
      .collection('audit_log')
      .find({ actor: moderator.objectId, target: { $type: 'objectId' } })
      .sort({ seq: 1 })
      .toArray();
    expect(actions.map(({ action }) => String(action))).toEqual([
      'seen.report',
      'report.claimed',
      'seen.reports',
      'report.decided',
    ]);
  });

  it('a claim is one moderator’s for thirty minutes, which they can renew; then it is open again', async () => {
    const report = await reported(reporter, 'user', person.id);
    must(await claim(moderator, report));
    must(await claim(moderator, report));
    expect(await audited('report.claimed', moderator)).toHaveLength(2);
    const refused = await claim(other, report);
    expect(refused.error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'claimed', claimedUntil: expect.any(String) },
    });
    expect((await decide(other, report, 'dismiss')).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'claimed' },
    });
    server.clock.advance(31 * MINUTE);
    await server.get(ReportClaims).sweep();
    [moderator, other] = [await moderator.logIn(), await other.logIn()];
    expect((await decide(moderator, report, 'dismiss')).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'open' },
    });
    must(await claim(other, report));
    server.clock.advance(31 * MINUTE);
    // Before any sweep: a claim that is over holds nobody up, and nobody decides by it.
    [moderator, other] = [await moderator.logIn(), await other.logIn()];
    const late = await decide(other, report, 'ban');
    expect([late.status, late.error?.code]).toEqual([409, 'INVALID_TRANSITION']);
    must(await claim(moderator, report));
    must(await decide(moderator, report, 'dismiss'));
    expect((await claim(moderator, report)).error).toMatchObject({
      details: { status: 'dismissed' },
    });
    expect((await decide(moderator, report, 'warn')).error).toMatchObject({
      details: { status: 'dismissed' },
    });
  });

  it('what is not claimed is not decided', async () => {
    const report = await reported(reporter, 'user', person.id);
    expect((await decide(moderator, report, 'ban')).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'open' },
    });
    expect((await person.get('/auth/me')).status).toBe(200);
  });

  it('all pending reports of a thing are decided together, and everybody who reported it hears', async () => {
    const second = await register(server);
    const [first, along] = [
      await reported(reporter, 'user', person.id),
      await reported(second, 'user', person.id),
    ];
    must(await claim(other, along));
    const socket = await TestSocket.connect(second);
    await settle(moderator, first, 'warn');
    expect((await socket.event('report.decided')).subjectId).toBe(along);
    const { data } = must(await admin.get<QueuedReportView>(`/admin/reports/${along}`));
    expect(data).toMatchObject({ status: 'upheld', claim: null });
    expect(outcome(await decide(other, along, 'ban'))).toBe('409 INVALID_TRANSITION');
    // What was decided can be reported again, and is another report.
    expect(await reported(reporter, 'user', person.id)).not.toBe(first);
  });

  it('nobody decides what they reported, what is about them, or, but for admins, about staff', async () => {
    const own = await reported(moderator, 'user', person.id);
    expect(outcome(await claim(moderator, own))).toBe('403 FORBIDDEN');
    // Nor along with somebody else's report of the same.
    const same = await reported(reporter, 'user', person.id);
    must(await claim(moderator, same));
    expect(outcome(await decide(moderator, same, 'ban'))).toBe('403 FORBIDDEN');
    expect((await person.get('/auth/me')).status).toBe(200);
    const about = await reported(reporter, 'user', moderator.id);
    for (const attempt of [
      await moderator.get(`/admin/reports/${about}`),
      await claim(moderator, about),
      await decide(moderator, about, 'dismiss'),
    ]) {
      expect(outcome(attempt)).toBe('404 NOT_FOUND');
    }
    expect(outcome(await claim(other, about))).toBe('403 FORBIDDEN');
    await settle(admin, about, 'suspend', { until: soon(1) });
    expect(outcome(await moderator.get('/auth/me'))).toBe('403 ACCOUNT_SUSPENDED');
  });

  it('a suspension shuts out at once, and lifts by itself when its time is over', async () => {
    const before = { refreshToken: person.refreshToken };
    const socket = await TestSocket.connect(person);
    await punish(moderator, reporter, person, 'suspend', { until: soon(7) });
    await socket.closed();
    for (const answer of [
      await person.get('/auth/me'),
      await logIn(),
      await call(server, 'POST', '/auth/refresh', before),
    ]) {
      expect(outcome(answer)).toBe('403 ACCOUNT_SUSPENDED');
    }
    await server.get(SuspensionSweeper).sweep();
    expect(outcome(await logIn())).toBe('403 ACCOUNT_SUSPENDED');
    server.clock.advance(7 * DAY);
    await server.get(SuspensionSweeper).sweep();
    expect(outcome(await logIn())).toBe('200');
    const over = await server.connection
      .collection('audit_log')
      .findOne({ action: 'user.suspension_over', target: person.objectId });
    expect(over).toMatchObject({ actor: null, target: person.objectId });
  });

  it('a ban never lifts by itself, and neither does what an admin set by hand', async () => {
    await punish(moderator, reporter, person, 'ban');
    const held = await register(server);
    must(await admin.patch(`/admin/users/${held.id}`, { status: 'suspended' }));
    server.clock.advance(400 * DAY);
    await server.get(SuspensionSweeper).sweep();
    for (const one of [person, held]) {
      const { email, password } = one;
      expect(outcome(await call(server, 'POST', '/auth/login', { email, password }))).toBe(
        '403 ACCOUNT_SUSPENDED',
      );
    }
  });

  it('what an admin sets by hand takes the place of a suspension for a time', async () => {
    await punish(moderator, reporter, person, 'suspend', { until: soon(3) });
    must(await admin.patch(`/admin/users/${person.id}`, { status: 'suspended' }));
    expect(await audited('user.changed', admin)).toHaveLength(1);
    server.clock.advance(4 * DAY);
    await server.get(SuspensionSweeper).sweep();
    expect(outcome(await logIn())).toBe('403 ACCOUNT_SUSPENDED');
  });

  it('of two suspensions the longer holds, whichever came first', async () => {
    await punish(moderator, reporter, person, 'suspend', { until: soon(10) });
    const again = await register(server);
    await server.connection
      .collection('users')
      .updateOne({ _id: person.objectId }, { $set: { status: 'active' } });
    const report = await reported(again, 'user', person.id);
    await server.connection
      .collection('users')
      .updateOne({ _id: person.objectId }, { $set: { status: 'suspended' } });
    await settle(moderator, report, 'suspend', { until: soon(3) });
    server.clock.advance(4 * DAY);
    await server.get(SuspensionSweeper).sweep();
    expect(outcome(await logIn())).toBe('403 ACCOUNT_SUSPENDED');
    server.clock.advance(7 * DAY);
    await server.get(SuspensionSweeper).sweep();
    expect(outcome(await logIn())).toBe('200');
  });

  it('what a suspended owner had is hidden meanwhile, as with every suspension', async () => {
    const { id } = await openBusiness(person);
    await punish(moderator, reporter, person, 'suspend', { until: soon(1) });
    expect(outcome(await reporter.get(`/businesses/${id}`))).toBe('404 NOT_FOUND');
  });

  it.each<[string, object]>([
    ['an unknown action', { action: 'whip' }],
    ['no reason', { reason: undefined }],
    ['an empty reason', { reason: ' ' }],
    ['a suspension without an end', { action: 'suspend' }],
    ['a suspension into the past', { action: 'suspend', until: '2020-01-01T00:00:00Z' }],
    ['a suspension for ever', { action: 'suspend', until: '2999-01-01T00:00:00Z' }],
    ['an end of a ban', { action: 'ban', until: '2999-01-01T00:00:00Z' }],
    ['a date without a zone', { action: 'suspend', until: '2026-12-24' }],
    ['the removal of a person', { action: 'remove' }],
    ['a field that is not there', { action: 'warn', status: 'upheld' }],
  ])('refuses %s', async (_, wanted) => {
    const report = await reported(reporter, 'user', person.id);
    must(await claim(moderator, report));
    const body = { action: 'warn', reason: 'Because.', ...wanted };
    expect(outcome(await moderator.post(`/admin/reports/${report}/decide`, body))).toBe(
      '400 VALIDATION_FAILED',
    );
    expect(must(await claim(moderator, report)).data.status).toBe('claimed');
  });

  it('whoever is gone is not acted on: that is told, and the report can be dismissed', async () => {
    const report = await reported(reporter, 'user', person.id);
    must(await person.delete('/users/me', { password: person.password }));
    must(await claim(moderator, report));
    expect(outcome(await decide(moderator, report, 'ban'))).toBe('409 CONFLICT');
    must(await decide(moderator, report, 'dismiss'));
  });

  it('a repeated decision with its key is answered again, and decides once', async () => {
    const report = await reported(reporter, 'user', person.id);
    must(await claim(moderator, report));
    const key = { 'idempotency-key': 'decide-1' };
    const body = { action: 'warn', reason: 'Because.' };
    const path = `/admin/reports/${report}/decide`;
    const first = must(await moderator.post(path, body, key));
    const repeat = must(await moderator.post(path, body, key));
    expect(repeat.data).toEqual(first.data);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect(await audited('report.decided', moderator)).toHaveLength(1);
  });

  it('what was decided about a person loses its words with their account', async () => {
    await punish(moderator, reporter, person, 'warn');
    must(await person.delete('/users/me', { password: person.password }));
    const stored = await Promise.all(
      ['moderation_decisions', 'audit_log', 'events', 'idempotency_keys'].map((name) =>
        server.connection.collection(name).find({}).toArray(),
      ),
    );
    const about = JSON.stringify(
      stored.flat().filter((row) => JSON.stringify(row).includes(person.id)),
    );
    expect(about).not.toContain('asked for money first');
  });
});
