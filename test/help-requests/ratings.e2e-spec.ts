import { DAY, MINUTE } from '../../src/common/time/clock';
import { must, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { helpStep, startedScene, write } from '../support/help-requests';

describe('The ratings of a help request', () => {
  let server: TestApp;

  beforeEach(async () => {
    server = await startTestApp();
  });

  afterEach(() => server.close());

  const rate = (actor: TestActor, id: string, body: object) =>
    actor.post(`/help-requests/${id}/ratings`, body);

  it('come once from each side, after the completion, and from nobody else', async () => {
    const { requester, helper, helpers, id } = await startedScene(server, 2);
    const [, other] = helpers;
    if (!other) throw new Error('no second helper');
    const early = await rate(requester, id, { rating: 5 });
    expect([early.status, early.error?.code]).toEqual([409, 'INVALID_TRANSITION']);
    expect(early.error?.details).toEqual({ status: 'in_progress' });
    must(await helpStep(requester, id, 'complete'));
    expect((await rate(other, id, { rating: 1 })).error?.code).toBe('FORBIDDEN');
    expect((await rate(await staff(server, 'moderator'), id, { rating: 1 })).status).toBe(403);
    for (const side of [requester, helper]) {
      expect((await rate(side, id, { rating: 4, text: 'Good.' })).status).toBe(201);
      const again = await rate(side, id, { rating: 1 });
      expect([again.status, again.error?.code]).toEqual([409, 'CONFLICT']);
    }
    const seen = must(
      await (
        await staff(server, 'moderator')
      ).get<{ items: { rating: number }[] }>(`/help-requests/${id}/ratings`),
    );
    expect(seen.data.items.map(({ rating }) => rating)).toEqual([4, 4]);
    expect((await other.get(`/help-requests/${id}/ratings`)).status).toBe(403);
  });

  it('are the same by the same Idempotency-Key', async () => {
    const { requester, id } = await startedScene(server);
    must(await helpStep(requester, id, 'complete'));
    const keyed = () =>
      requester.post(
        `/help-requests/${id}/ratings`,
        { rating: 5 },
        { 'Idempotency-Key': 'rate-once' },
      );
    const first = must(await keyed());
    const second = must(await keyed());
    expect(second.data).toEqual(first.data);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('are taken for 14 days, and for as long the two may write to each other', async () => {
    const { requester, helper, id, offerId } = await startedScene(server);
    must(await helpStep(requester, id, 'complete'));
    server.clock.advance(14 * DAY - 10 * MINUTE);
    const inTime = await requester.logIn();
    expect((await rate(inTime, id, { rating: 5 })).status).toBe(201);
    must(await write(inTime, id, offerId, { text: 'Thank you again.' }));
    server.clock.advance(11 * MINUTE);
    const late = await helper.logIn();
    const refused = await rate(late, id, { rating: 5 });
    expect([refused.status, refused.error?.code]).toEqual([409, 'INVALID_TRANSITION']);
    expect(refused.error?.details).toEqual({ status: 'completed' });
    expect((await write(late, id, offerId, { text: 'Hello?' })).error?.code).toBe(
      'INVALID_TRANSITION',
    );
  });

  it.each([
    ['no stars', { text: 'Good.' }],
    ['none of five', { rating: 0 }],
    ['more than five', { rating: 6 }],
    ['half a star', { rating: 4.5 }],
    ['stars as text', { rating: '5' }],
    ['an empty text', { rating: 5, text: '  ' }],
    ['a text that is too long', { rating: 5, text: 'x'.repeat(1001) }],
    ['an unknown field', { rating: 5, rated: 'me' }],
  ])('do not take %s', async (_, body) => {
    const { requester, id } = await startedScene(server);
    must(await helpStep(requester, id, 'complete'));
    const answer = await rate(requester, id, body);
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
  });
});
