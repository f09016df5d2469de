import type { QueuedReportView, ReportView } from '../../src/modules/reports/dto/report.view';
import { type Json, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { accept, outcome, scene, sendAway } from '../support/emergencies';

const UNKNOWN = 'f'.repeat(24);

describe('Reports', () => {
  let server: TestApp;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    moderator = await staff(server, 'moderator');
  });

  afterAll(() => server.close());

  const report = (by: TestActor, kind: string, id: string, more: Json = {}, headers = {}) =>
    by.post<ReportView>('/reports', { subject: { kind, id }, reason: 'abuse', ...more }, headers);

  async function queue(reader = moderator): Promise<QueuedReportView[]> {
    const all: QueuedReportView[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor ? `&cursor=${cursor}` : '';
      const { data } = must(
        await reader.get<{ items: QueuedReportView[]; nextCursor: string | null }>(
          `/admin/reports?status=open&limit=3${after}`,
        ),
      );
      all.push(...data.items);
      cursor = data.nextCursor;
    }
    return all;
  }

  const queued = async (subject: string): Promise<QueuedReportView[]> =>
    (await queue()).filter((row) => row.subject.id === subject);

  const send = async (by: TestActor, emergency: string, text: string): Promise<string> =>
    must(await by.post<{ id: string }>(`/emergencies/${emergency}/messages`, { text })).data.id;

  it('reach the moderators’ queue, oldest first, with who reported whom for what', async () => {
    const [reporter, first, second] = await Promise.all([1, 2, 3].map(() => register(server)));
    if (!reporter || !first || !second) throw new Error('nobody there');
    const one = must(await report(reporter, 'user', first.id, { text: ' asked for money ' }));
    must(await report(reporter, 'user', second.id, { reason: 'spam' }));
    expect(one.status).toBe(201);
    expect(one.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      subject: { kind: 'user', id: first.id },
      reason: 'abuse',
      text: 'asked for money',
      status: 'open',
      createdAt: expect.stringMatching(/Z$/),
    });
    const rows = (await queue()).filter(({ reporterId }) => reporterId === reporter.id);
    expect(rows.map(({ subject, reason, ownerId }) => [subject.id, reason, ownerId])).toEqual([
      [first.id, 'abuse', first.id],
      [second.id, 'spam', second.id],
    ]);
  });

  it('are listed for whoever made them, newest first, and for nobody else', async () => {
    const [reporter, reported] = [await register(server), await register(server)];
    must(await report(reporter, 'user', reported.id));
    const own = must(await reporter.get<{ items: ReportView[] }>('/reports')).data.items;
    expect(own.map(({ subject }) => subject.id)).toEqual([reported.id]);
    const others = must(await reported.get<{ items: ReportView[] }>('/reports')).data.items;
    expect(others).toEqual([]);
  });

  it('of the same thing by the same person are one while it is open, twenty at once too', async () => {
    const [reporter, reported] = [await register(server), await register(server)];
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => report(reporter, 'user', reported.id)),
      );
      expect(new Set(answers.map(outcome))).toEqual(new Set(['201']));
      expect(new Set(answers.map(({ data }) => data.id)).size).toBe(1);
    }
    expect(await queued(reported.id)).toHaveLength(1);
  });

  it('of the same thing by two people are two', async () => {
    const reported = await register(server);
    for (const reporter of [await register(server), await register(server)]) {
      must(await report(reporter, 'user', reported.id));
    }
    expect(await queued(reported.id)).toHaveLength(2);
  });

  it('answer a repeated Idempotency-Key as before, and another body with 422', async () => {
    const [reporter, reported] = [await register(server), await register(server)];
    const key = { 'idempotency-key': 'report-1' };
    const first = must(await report(reporter, 'user', reported.id, {}, key));
    const repeat = must(await report(reporter, 'user', reported.id, {}, key));
    expect(repeat.data).toEqual(first.data);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect(outcome(await report(reporter, 'user', moderator.id, {}, key))).toBe(
      '422 IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('refuse oneself and what is one’s own', async () => {
    const { requester, helpers, id } = await scene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    must(await accept(helper, id));
    const message = await send(helper, id, 'I come');
    for (const attempt of [
      await report(requester, 'user', requester.id),
      await report(requester, 'emergency', id),
      await report(helper, 'message', message),
    ]) {
      expect(outcome(attempt)).toBe('400 VALIDATION_FAILED');
    }
  });

  it('take what does not exist and what the reporter may not see for the same', async () => {
    const { requester, helpers, id } = await scene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    must(await accept(helper, id));
    const message = await send(requester, id, 'third floor');
    const stranger = await register(server);
    const unknown = await report(stranger, 'emergency', UNKNOWN);
    for (const attempt of [
      await report(stranger, 'emergency', id),
      await report(stranger, 'message', message),
      await report(stranger, 'user', UNKNOWN),
      await report(stranger, 'booking', UNKNOWN),
      // The right id under the wrong kind is nothing either.
      await report(helper, 'user', id),
    ]) {
      expect([attempt.status, attempt.error]).toEqual([404, unknown.error]);
    }
  });

  it('keep what was reported as it read then, without telling the reporter whose it is', async () => {
    const { requester, helpers, id } = await scene(server, 2, {
      anonymous: true,
      description: 'Bring money',
    });
    const [accepted, alerted] = helpers;
    if (!accepted || !alerted) throw new Error('no helpers');
    must(await accept(accepted, id));
    const message = await send(requester, id, 'Only cash.');
    const answers = [
      must(await report(alerted, 'emergency', id)),
      must(await report(accepted, 'message', message)),
    ];
    for (const { text } of answers)
      expect(text).not.toMatch(new RegExp(`${requester.id}|money|cash`));
    expect((await queued(id))[0]).toMatchObject({ evidence: 'Bring money', ownerId: requester.id });
    expect((await queued(message))[0]).toMatchObject({
      evidence: 'Only cash.',
      ownerId: requester.id,
    });
    await server.connection.collection('messages').deleteMany({});
    expect(await queued(message)).toHaveLength(1);
  });

  it('of a chat are for those who take part in it now', async () => {
    const { requester, helpers, id } = await scene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    must(await accept(helper, id));
    const message = await send(requester, id, 'third floor');
    must(await sendAway(requester, id, helper));
    expect(outcome(await report(helper, 'message', message))).toBe('404 NOT_FOUND');
    expect(outcome(await report(helper, 'emergency', id))).toBe('404 NOT_FOUND');
  });

  it('of somebody who blocked the reporter need a block in return, so that no block is given away', async () => {
    const [reporter, harasser] = [await register(server), await register(server)];
    must(await harasser.put(`/users/me/blocks/${reporter.id}`));
    expect(outcome(await report(reporter, 'user', harasser.id))).toBe('404 NOT_FOUND');
    must(await reporter.put(`/users/me/blocks/${harasser.id}`));
    expect(outcome(await report(reporter, 'user', harasser.id))).toBe('201');
  });

  it('about staff are hidden from them, and shown to the others', async () => {
    const other = await staff(server, 'moderator');
    const reporter = await register(server);
    must(await report(reporter, 'user', other.id));
    expect((await queue(other)).filter(({ subject }) => subject.id === other.id)).toEqual([]);
    expect(await queued(other.id)).toHaveLength(1);
  });

  it('lose their words when whoever wrote them is erased, and stay', async () => {
    const { requester, helpers, id } = await scene(server, 1, { description: 'Bring money' });
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    must(await report(helper, 'emergency', id, { text: 'They ask for money' }));
    must(await helper.delete('/users/me', { password: helper.password }));
    expect(await queued(id)).toMatchObject([{ text: null, evidence: 'Bring money' }]);
    must(await requester.post(`/emergencies/${id}/cancel`, {}));
    must(await requester.delete('/users/me', { password: requester.password }));
    expect(await queued(id)).toMatchObject([
      { text: null, evidence: null, reporterId: helper.id, ownerId: requester.id },
    ]);
  });

  it.each<[string, unknown]>([
    ['no subject', { reason: 'spam' }],
    ['an unknown kind', { subject: { kind: 'planet', id: UNKNOWN }, reason: 'spam' }],
    ['an id that is none', { subject: { kind: 'user', id: '1' }, reason: 'spam' }],
    ['an id that is an operator', { subject: { kind: 'user', id: { $ne: '' } }, reason: 'spam' }],
    ['an unknown reason', { subject: { kind: 'user', id: UNKNOWN }, reason: 'boredom' }],
    ['an empty text', { subject: { kind: 'user', id: UNKNOWN }, reason: 'spam', text: ' ' }],
    [
      'a long text',
      { subject: { kind: 'user', id: UNKNOWN }, reason: 'spam', text: 'x'.repeat(1001) },
    ],
    ['a status', { subject: { kind: 'user', id: UNKNOWN }, reason: 'spam', status: 'open' }],
    ['an owner', { subject: { kind: 'user', id: UNKNOWN, owner: UNKNOWN }, reason: 'spam' }],
    ['a list of subjects', { subject: [{ kind: 'user', id: UNKNOWN }], reason: 'spam' }],
  ])('refuse %s', async (_, body) => {
    const reporter = await register(server);
    expect(outcome(await reporter.post('/reports', body))).toBe('400 VALIDATION_FAILED');
  });

  it.each(['/reports?cursor=abc', '/admin/reports?cursor=W10', '/admin/reports?cursor=WzFd'])(
    'refuse the cursor of %s',
    async (path) => {
      expect(outcome(await moderator.get(path))).toBe('400 INVALID_CURSOR');
    },
  );
});

describe('Rate limits of reports', () => {
  it('let one person make twenty a minute', async () => {
    const server = await startTestApp({ env: { RATE_LIMITS: 'on' } });
    const [reporter, reported] = [await register(server), await register(server)];
    const answers = await Promise.all(
      Array.from({ length: 21 }, () =>
        reporter.post('/reports', { subject: { kind: 'user', id: reported.id }, reason: 'spam' }),
      ),
    );
    await server.close();
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
