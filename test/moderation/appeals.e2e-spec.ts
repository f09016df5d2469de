import { DAY } from '../../src/common/time/clock';
import type { AppealView, QueuedAppealView } from '../../src/modules/appeals/dto/appeal.view';
import type { DecisionView } from '../../src/modules/reports/decisions/dto/decision.view';
import { call, type Json, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { openBusiness } from '../support/businesses';
import { outcome } from '../support/emergencies';
import { punish, reported, settle } from '../support/moderation';
import { lastToken, tokensMailed } from '../support/outbox';
import { closeSockets, TestSocket } from '../support/sockets';

describe('An appeal', () => {
  let server: TestApp;
  let moderator: TestActor;
  let other: TestActor;
  let reporter: TestActor;
  let person: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    moderator = await staff(server, 'moderator');
    other = await staff(server, 'moderator');
    reporter = await register(server);
    person = await register(server);
  });
  afterEach(() => closeSockets());
  afterAll(() => server.close());

  const soon = (days: number) => new Date(server.clock.now().getTime() + days * DAY).toISOString();
  const logIn = (who = person) =>
    call(server, 'POST', '/auth/login', { email: who.email, password: who.password });
  const appeal = (by: TestActor, of: Json, text = 'It was a joke.') =>
    by.post<AppealView>('/appeals', { ...of, text });
  const byLink = (token: string) =>
    call<AppealView>(server, 'POST', '/appeals/by-link', { token, text: 'It was a joke.' });
  const answer = (by: TestActor, id: string, how: 'uphold' | 'overturn') =>
    by.post<QueuedAppealView>(`/admin/appeals/${id}/decide`, {
      outcome: how,
      reason: 'Nobody was meant.',
    });
  const trustOf = async (who: TestActor) =>
    must(await reporter.get<{ trustScore: number }>(`/users/${who.id}`)).data.trustScore;

  it('a story: warned, appealed, granted by another moderator; trust is as it was', async () => {
    const before = await trustOf(person);
    const { decisionId } = await punish(moderator, reporter, person, 'warn');
    expect(await trustOf(person)).toBeLessThan(before);
    const about = must(await person.get<{ items: DecisionView[] }>('/appeals/decisions')).data;
    expect(about.items).toMatchObject([
      { id: decisionId, action: 'warn', reason: 'They asked for money first.' },
    ]);
    expect(JSON.stringify(about)).not.toMatch(new RegExp(`${moderator.id}|${reporter.id}`));
    const { data } = must(await appeal(person, { decisionId }));
    expect(data).toMatchObject({ decisionId, status: 'open', answer: null });
    const queue = must(
      await other.get<{ items: QueuedAppealView[] }>('/admin/appeals?status=open&limit=100'),
    ).data.items.find(({ id }) => id === data.id);
    expect(queue).toMatchObject({
      personId: person.id,
      text: 'It was a joke.',
      decision: { action: 'warn', moderatorId: moderator.id },
    });
    expect(outcome(await answer(moderator, data.id, 'uphold'))).toBe('403 FORBIDDEN');
    const socket = await TestSocket.connect(person);
    must(await answer(other, data.id, 'overturn'));
    expect((await socket.event('moderation.overturned')).subjectId).toBe(decisionId);
    expect(await trustOf(person)).toBe(before);
    const own = must(await person.get<{ items: AppealView[] }>('/appeals')).data.items;
    expect(own).toMatchObject([{ status: 'overturned', answer: 'Nobody was meant.' }]);
    expect((await answer(other, data.id, 'uphold')).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'overturned' },
    });
    expect(outcome(await appeal(person, { decisionId }))).toBe('409 CONFLICT');
  });

  it('is not answered by the moderator who had reported the person', async () => {
    const { decisionId } = await punish(moderator, other, person, 'warn');
    const { data } = must(await appeal(person, { decisionId }));
    for (const wanted of ['uphold', 'overturn'] as const) {
      expect(outcome(await answer(other, data.id, wanted))).toBe('403 FORBIDDEN');
    }
    must(await answer(await staff(server, 'moderator'), data.id, 'uphold'));
  });

  it('of a banned person comes by the link in the mail, and lets them in again', async () => {
    const confirm = await lastToken(server, person.email, 'verify-email');
    must(await call(server, 'POST', '/auth/email/verify', { token: confirm }));
    await punish(moderator, reporter, person, 'ban');
    const token = await lastToken(server, person.email, 'appeal');
    const { data } = must(await byLink(token));
    expect(data.status).toBe('open');
    expect(outcome(await byLink(token))).toBe('409 CONFLICT');
    must(await answer(other, data.id, 'overturn'));
    expect(outcome(await logIn())).toBe('200');
    expect((await person.get('/auth/me')).status).toBe(200);
  });

  it('of who never confirmed an address comes by what a refused log-in says', async () => {
    await punish(moderator, reporter, person, 'suspend', { until: soon(9) });
    const refused = await logIn();
    expect(refused.error).toMatchObject({
      code: 'ACCOUNT_SUSPENDED',
      details: { suspendedUntil: expect.any(String), appealToken: expect.any(String) },
    });
    const { appealToken } = Object(refused.error?.details) as { appealToken: string };
    const wrong = await call(server, 'POST', '/auth/login', {
      email: person.email,
      password: 'not the password',
    });
    expect(wrong.text).not.toContain(appealToken);
    expect(await tokensMailed(server, person.email, 'appeal')).toEqual([]);
    must(await answer(other, must(await byLink(appealToken)).data.id, 'overturn'));
    expect(outcome(await logIn())).toBe('200');
  });

  it('of a suspended person with a token in its time is taken as well, and nothing else of theirs is', async () => {
    const { decisionId } = await punish(moderator, reporter, person, 'suspend', { until: soon(9) });
    must(await person.get('/appeals/decisions'));
    must(await appeal(person, { decisionId }));
    must(await person.get('/appeals'));
    for (const path of ['/auth/me', '/reports', '/notifications']) {
      expect(outcome(await person.get(path))).toBe('403 ACCOUNT_SUSPENDED');
    }
  });

  it('that is rejected changes nothing', async () => {
    const { decisionId } = await punish(moderator, reporter, person, 'suspend', { until: soon(9) });
    const { data } = must(await appeal(person, { decisionId }));
    must(await answer(other, data.id, 'uphold'));
    expect(outcome(await logIn())).toBe('403 ACCOUNT_SUSPENDED');
  });

  it('that is granted leaves a suspension that another decision holds', async () => {
    const second = await register(server);
    must(await second.put(`/users/me/blocks/${person.id}`));
    const short = await punish(moderator, reporter, person, 'suspend', { until: soon(3) });
    const long = await punish(moderator, second, person, 'ban');
    const { data } = must(await appeal(person, { decisionId: long.decisionId }));
    must(await answer(other, data.id, 'overturn'));
    const { details } = (await logIn()).error ?? {};
    expect(details).toMatchObject({ suspendedUntil: short.decision?.until });
    const again = must(await appeal(person, { decisionId: short.decisionId })).data;
    must(await answer(other, again.id, 'overturn'));
    expect(outcome(await logIn())).toBe('200');
  });

  it('that is granted does not bring back a ban that an admin lifted by hand', async () => {
    const admin = await staff(server, 'admin');
    await punish(moderator, reporter, person, 'ban');
    must(await admin.patch(`/admin/users/${person.id}`, { status: 'active' }));
    const { decisionId } = await punish(moderator, reporter, person, 'suspend', { until: soon(3) });
    const { data } = must(await appeal(person, { decisionId }));
    must(await answer(other, data.id, 'overturn'));
    expect(outcome(await logIn())).toBe('200');
  });

  it('that is granted brings a removed business back', async () => {
    const { id } = await openBusiness(person);
    const report = await reported(reporter, 'business', id);
    const { decisionId } = await settle(moderator, report, 'remove');
    expect(outcome(await reporter.get(`/businesses/${id}`))).toBe('404 NOT_FOUND');
    const { data } = must(await appeal(person, { decisionId }));
    expect(must(await answer(other, data.id, 'overturn')).data.restored).toBe(true);
    expect(outcome(await reporter.get(`/businesses/${id}`))).toBe('200');
  });

  it('is for whoever was acted on alone, in time, and against what was decided', async () => {
    const report = await reported(reporter, 'user', person.id);
    expect(outcome(await appeal(person, { reportId: report }))).toBe('404 NOT_FOUND');
    const { decisionId } = await settle(moderator, report, 'warn');
    for (const stranger of [reporter, await register(server)]) {
      expect(outcome(await appeal(stranger, { decisionId }))).toBe('404 NOT_FOUND');
    }
    expect(outcome(await appeal(person, { decisionId: 'f'.repeat(24) }))).toBe('404 NOT_FOUND');
    for (const body of [{}, { decisionId, reportId: report }, { decisionId: '1' }]) {
      expect(outcome(await appeal(person, body))).toBe('400 VALIDATION_FAILED');
    }
    for (const token of ['x', `${decisionId}.${'A'.repeat(43)}`]) {
      expect(outcome(await byLink(token))).toBe('401 INVALID_CREDENTIALS');
    }
    const dismissed = await register(server);
    const nothing = await punish(moderator, reporter, dismissed, 'dismiss');
    expect(outcome(await appeal(dismissed, { decisionId: nothing.decisionId }))).toBe(
      '404 NOT_FOUND',
    );
    const known = must(await dismissed.get<{ items: unknown[] }>('/appeals/decisions')).data.items;
    expect(known).toEqual([]);
    server.clock.advance(31 * DAY);
    expect(outcome(await appeal(await person.logIn(), { decisionId }))).toBe('409 CONFLICT');
  });

  it('loses its words with the account of whoever wrote it', async () => {
    const { decisionId } = await punish(moderator, reporter, person, 'warn');
    must(await appeal(person, { decisionId }, 'Mira told me to.'));
    must(await person.delete('/users/me', { password: person.password }));
    const kept = await server.connection.collection('appeals').find({}).toArray();
    expect(JSON.stringify(kept)).not.toContain('Mira');
  });

  it('twenty at once against one decision are one; two moderators answer it once', async () => {
    const { decisionId } = await punish(moderator, reporter, person, 'warn');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => appeal(person, { decisionId })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(outcome))).toEqual(new Set(['201', '409 CONFLICT']));
    const id = answers.find(({ status }) => status === 201)?.data.id ?? '';
    const third = await staff(server, 'moderator');
    const both = await Promise.all([answer(other, id, 'uphold'), answer(third, id, 'overturn')]);
    expect(both.map(outcome).toSorted()).toEqual(['200', '409 INVALID_TRANSITION']);
  });
});
