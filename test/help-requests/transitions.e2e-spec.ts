import { DAY, HOUR } from '../../src/common/time/clock';
import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  acceptedScene,
  acceptOffer,
  feed,
  helpScene,
  helpStep,
  type HelpStep,
  look,
  offer,
  offersFor,
  startedScene,
  sweepHelpRequests,
  timelineOf,
} from '../support/help-requests';

type Person = 'requester' | 'helper';

describe('A help request changes its state', () => {
  let server: TestApp;

  beforeEach(async () => {
    server = await startTestApp();
  });

  afterEach(() => server.close());

  /** As the requester sees it, whatever the clock says of their token. */
  async function statusOf(requester: TestActor, id: string): Promise<string> {
    return must(await look(await requester.logIn(), id)).data.status;
  }

  async function offerStatuses(requester: TestActor, id: string): Promise<string[]> {
    return (await offersFor(requester, id)).map(({ status }) => status);
  }

  it('only by steps that are open, and refuses all others with its present status', async () => {
    const { requester, helper, id, offerId } = await acceptedScene(server);
    const people = { requester, helper };
    const refused = async (steps: [Person, HelpStep][], status: string): Promise<void> => {
      for (const [person, step] of steps) {
        const answer = await helpStep(people[person], id, step);
        expect([step, answer.status, answer.error?.code]).toEqual([
          step,
          409,
          'INVALID_TRANSITION',
        ]);
        expect(answer.error?.details).toMatchObject({ status });
      }
      const again = await acceptOffer(requester, id, offerId);
      expect(again.error?.code).toBe('INVALID_TRANSITION');
      expect(again.error?.details).toMatchObject({ status });
      const kept = ['accepted', 'in_progress', 'completed'].includes(status);
      expect(again.error?.message === 'This offer is accepted already.').toBe(kept);
    };
    await refused(
      [
        ['helper', 'done'],
        ['requester', 'objection'],
        ['requester', 'complete'],
      ],
      'accepted',
    );
    must(await helpStep(helper, id, 'start'));
    await refused([['requester', 'objection']], 'in_progress');
    must(await helpStep(requester, id, 'complete'));
    await refused(
      [
        ['helper', 'start'],
        ['helper', 'done'],
        ['helper', 'withdraw'],
        ['requester', 'objection'],
        ['requester', 'cancel'],
      ],
      'completed',
    );
    const late = await offer(await register(server), id);
    expect([late.status, late.error?.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('once, however often a step is repeated, and tells of it once', async () => {
    const { requester, helper, id } = await acceptedScene(server);
    for (const [person, step] of [
      [helper, 'start'],
      [helper, 'done'],
      [requester, 'complete'],
    ] as const) {
      const first = must(await helpStep(person, id, step));
      const second = must(await helpStep(person, id, step));
      expect(second.data).toEqual(first.data);
    }
    expect(await timelineOf(requester, id)).toHaveLength(5);
  });

  it('and a repeat by Idempotency-Key shows what the caller may see now', async () => {
    const { helper, id, place } = await acceptedScene(server);
    const keyed = (step: string) =>
      helper.post<{ location: object; status: string }>(`/help-requests/${id}/${step}`, undefined, {
        'Idempotency-Key': `k-${step}`,
      });
    expect(must(await keyed('start')).data.location).toMatchObject(place);
    must(await keyed('withdraw'));
    const repeated = must(await keyed('start'));
    expect(repeated.headers.get('idempotency-replayed')).toBe('true');
    expect(repeated.data).toMatchObject({ status: 'open', location: { precision: 'coarse' } });
  });

  it('and a repeated offer is one, shown as it is now, and not at all after a block', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    const keyed = () =>
      helper.post<{ id: string; status: string }>(
        `/help-requests/${id}/offers`,
        { message: 'I have a van.' },
        { 'Idempotency-Key': 'o-1' },
      );
    const first = must(await keyed());
    must(await requester.post(`/help-requests/${id}/offers/${first.data.id}/decline`));
    const again = must(await keyed());
    expect([again.status, again.data.id, again.data.status]).toEqual([
      201,
      first.data.id,
      'declined',
    ]);
    must(await requester.put(`/users/me/blocks/${helper.id}`));
    expect((await keyed()).status).toBe(404);
  });

  it.each(['accepted', 'in_progress'])(
    'from %s to open when the chosen helper withdraws; then another offer can be accepted',
    async (from) => {
      const { requester, helpers, helper, id, offerIds } =
        from === 'accepted' ? await acceptedScene(server, 2) : await startedScene(server, 2);
      const [offerId = '', otherId = ''] = offerIds;
      const withdrawn = await helper.post(`/help-requests/${id}/offers/${offerId}/withdraw`);
      expect(withdrawn).toMatchObject({ status: 200, data: { status: 'withdrawn' } });
      expect(must(await look(requester, id)).data).toMatchObject({
        status: 'open',
        helper: null,
        chosenOfferId: null,
        doneAt: null,
      });
      expect(await offerStatuses(requester, id)).toEqual(['withdrawn', 'open']);
      expect((await acceptOffer(requester, id, offerId)).error?.code).toBe('INVALID_TRANSITION');
      must(await acceptOffer(requester, id, otherId));
      expect(must(await look(requester, id)).data.helper?.id).toBe(helpers[1]?.id);
    },
  );

  it('to open for a day at least when it would have expired meanwhile', async () => {
    const { requester, helper, id } = await acceptedScene(server);
    server.clock.advance(8 * DAY);
    await sweepHelpRequests(server);
    expect(await statusOf(requester, id)).toBe('accepted');
    must(await helpStep(await helper.logIn(), id, 'withdraw'));
    server.clock.advance(23 * HOUR);
    await sweepHelpRequests(server);
    expect(await statusOf(requester, id)).toBe('open');
    server.clock.advance(2 * HOUR);
    await sweepHelpRequests(server);
    expect(await statusOf(requester, id)).toBe('expired');
  });

  it.each(['open', 'accepted', 'in_progress'])(
    'from %s to cancelled by its requester, which closes every offer',
    async (from) => {
      const scene =
        from === 'open'
          ? await helpScene(server, 2)
          : from === 'accepted'
            ? await acceptedScene(server, 2)
            : await startedScene(server, 2);
      const { requester, helpers, id } = scene;
      if (from === 'open') for (const helper of helpers) must(await offer(helper, id));
      const cancelled = must(await helpStep(requester, id, 'cancel', { reason: 'Not needed.' }));
      expect(cancelled.data).toMatchObject({ status: 'cancelled', cancelReason: 'Not needed.' });
      expect(await offerStatuses(requester, id)).toEqual(['closed', 'closed']);
      must(await helpStep(requester, id, 'cancel'));
      const [first] = await offersFor(requester, id);
      const late = await acceptOffer(requester, id, first?.id ?? '');
      expect(late.error?.details).toMatchObject({ status: 'cancelled' });
    },
  );

  it('to expired when nobody was chosen in time; until it is swept it counts as expired all the same', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    const { id: offerId } = must(await offer(helper, id)).data;
    server.clock.advance(7 * DAY + 1000);
    const [asker, offerer] = [await requester.logIn(), await helper.logIn()];
    const stranger = await register(server);
    for (const swept of [false, true]) {
      if (swept) await sweepHelpRequests(server);
      expect(await statusOf(asker, id)).toBe('expired');
      expect(must(await feed(stranger)).data.items).toEqual([]);
      expect(must(await feed(asker, { status: 'open', mine: true })).data.items).toEqual([]);
      expect(must(await feed(asker, { status: 'expired' })).data.items).toHaveLength(1);
      expect((await look(stranger, id)).status).toBe(404);
      expect((await look(offerer, id)).status).toBe(200);
      for (const attempt of [
        await acceptOffer(asker, id, offerId),
        await helpStep(asker, id, 'cancel'),
        await asker.patch(`/help-requests/${id}`, { title: 'Too late' }),
      ]) {
        expect([attempt.error?.code, attempt.error?.details]).toEqual([
          'INVALID_TRANSITION',
          expect.objectContaining({ status: 'expired' }),
        ]);
      }
      expect((await offer(stranger, id)).status).toBe(404);
    }
    expect(await offerStatuses(asker, id)).toEqual(['closed']);
    const [last] = (await timelineOf(asker, id)).slice(-1);
    expect(last).toMatchObject({
      type: 'help_request.expired',
      actor: { id: null, role: 'system' },
      data: { from: 'open', to: 'expired' },
    });
  });

  it('to completed by itself 7 days after the helper said done, unless the requester objects', async () => {
    const objected = await startedScene(server);
    const silent = await startedScene(server);
    for (const { helper, id } of [objected, silent]) must(await helpStep(helper, id, 'done'));
    server.clock.advance(7 * DAY - HOUR);
    await sweepHelpRequests(server);
    const asker = await objected.requester.logIn();
    expect(await statusOf(asker, objected.id)).toBe('in_progress');
    expect(must(await helpStep(asker, objected.id, 'objection')).data).toMatchObject({
      status: 'in_progress',
      doneAt: null,
      completionDueAt: null,
    });
    server.clock.advance(2 * HOUR);
    await sweepHelpRequests(server);
    expect(await statusOf(asker, objected.id)).toBe('in_progress');
    expect(await statusOf(silent.requester, silent.id)).toBe('completed');
    const [last] = (await timelineOf(await silent.requester.logIn(), silent.id)).slice(-1);
    expect(last).toMatchObject({ type: 'help_request.completed', actor: { role: 'system' } });
    // The helper may say it again, and the week begins anew.
    must(await helpStep(await objected.helper.logIn(), objected.id, 'done'));
    server.clock.advance(7 * DAY + 1000);
    await sweepHelpRequests(server);
    expect(await statusOf(objected.requester, objected.id)).toBe('completed');
  });

  it('by an offer: one of each helper, again after withdrawing, never after it was declined', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    const first = must(await offer(helper, id)).data;
    const second = await offer(helper, id, { message: 'Once more.' });
    expect([second.status, second.error?.code]).toEqual([409, 'CONFLICT']);
    expect(second.error?.details).toEqual({ offerId: first.id, offerStatus: 'open' });
    must(await helper.post(`/help-requests/${id}/offers/${first.id}/withdraw`));
    must(await helper.post(`/help-requests/${id}/offers/${first.id}/withdraw`));
    const again = await offer(helper, id, { message: 'After all.' });
    expect(again).toMatchObject({
      status: 201,
      data: { id: first.id, status: 'open', message: 'After all.' },
    });
    const declined = await requester.post(`/help-requests/${id}/offers/${first.id}/decline`);
    expect(declined).toMatchObject({ status: 200, data: { status: 'declined' } });
    must(await requester.post(`/help-requests/${id}/offers/${first.id}/decline`));
    const third = await offer(helper, id);
    expect(third.error).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: 'The requester declined your offer; you cannot offer again.',
      details: { status: 'open', offerStatus: 'declined' },
    });
    expect((await acceptOffer(requester, id, first.id)).error?.details).toEqual({
      status: 'open',
      offerStatus: 'declined',
    });
    expect(await statusOf(requester, id)).toBe('open');
    expect(must(await look(requester, id)).data.offerCount).toBe(1);
  });

  it('by nobody who has no part in it, and by each only in their part', async () => {
    const { requester, helpers, helper, id, offerIds } = await startedScene(server, 2);
    const [, other] = helpers;
    const [, otherOffer = ''] = offerIds;
    const stranger = await register(server);
    if (!other) throw new Error('no second helper');
    const forbidden = async (actor: TestActor, steps: HelpStep[]): Promise<void> => {
      for (const step of steps) {
        const answer = await helpStep(actor, id, step);
        expect([step, answer.status, answer.error?.code]).toEqual([step, 403, 'FORBIDDEN']);
      }
    };
    await forbidden(requester, ['start', 'done', 'withdraw']);
    await forbidden(helper, ['objection', 'complete', 'cancel']);
    await forbidden(other, ['start', 'done', 'objection', 'complete', 'cancel']);
    await forbidden(stranger, ['start', 'done', 'objection', 'complete', 'withdraw', 'cancel']);
    const path = `/help-requests/${id}/offers/${otherOffer}`;
    expect((await helper.post(`${path}/withdraw`)).status).toBe(404);
    expect((await helper.post(`${path}/accept`)).status).toBe(403);
    expect((await requester.post(`${path}/withdraw`)).status).toBe(403);
    expect((await offer(requester, id)).error?.code).toBe('FORBIDDEN');
    expect(await statusOf(requester, id)).toBe('in_progress');
  });
});
