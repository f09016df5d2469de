import { DAY } from '../../src/common/time/clock';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  acceptedScene,
  ask,
  helpScene,
  helpStep,
  offer,
  startedScene,
  sweepHelpRequests,
  threadOf,
  write,
} from '../support/help-requests';
import { closeSockets, TestSocket } from '../support/sockets';

interface Ratings {
  items: { rating: number; text: string | null }[];
}

describe('People who have parted over a help request', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  it('are not written to by a rating: who is apart by a block hears nothing of it', async () => {
    const { requester, helper, id, place } = await startedScene(server);
    must(await helpStep(requester, id, 'complete'));
    must(await requester.put(`/users/me/blocks/${helper.id}`));
    const [theirs, own] = [await TestSocket.connect(helper), await TestSocket.connect(requester)];
    must(
      await requester.post(`/help-requests/${id}/ratings`, { rating: 1, text: 'You will regret.' }),
    );
    await own.event('help_rating.created');
    // Something that comes after it, on the same socket.
    must(await ask(helper, { location: place }));
    await theirs.event('help_request.created');
    expect(theirs.text()).not.toContain('regret');
    const read = async (actor: TestActor) =>
      must(await actor.get<Ratings>(`/help-requests/${id}/ratings`)).data.items;
    expect(await read(helper)).toEqual([expect.objectContaining({ rating: 1, text: null })]);
    for (const actor of [requester, await staff(server, 'moderator')]) {
      expect(await read(actor)).toEqual([expect.objectContaining({ text: 'You will regret.' })]);
    }
  });

  it('do not escape a rating: neither by a block nor by taking the completed request away', async () => {
    const { requester, helper, id } = await startedScene(server);
    must(await helpStep(requester, id, 'complete'));
    const said = { rating: 1, text: 'Did not open the door.' };
    must(await helper.post(`/help-requests/${id}/ratings`, said));
    const refused = await requester.delete(`/help-requests/${id}`);
    expect(refused.error).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: 'Completed requests stay for both sides: report what is wrong with it.',
      details: { status: 'completed' },
    });
    must(await helper.get(`/help-requests/${id}`));
    must(await requester.put(`/users/me/blocks/${helper.id}`));
    const ratings = (actor: TestActor) => actor.get<Ratings>(`/help-requests/${id}/ratings`);
    for (const actor of [requester, helper]) {
      expect(must(await ratings(actor)).data.items).toEqual([expect.objectContaining(said)]);
    }
    for (const path of ['', '/events', '/offers']) {
      expect((await helper.get(`/help-requests/${id}${path}`)).status).toBe(404);
    }
    expect((await ratings(await register(server))).status).toBe(404);
    must(await (await staff(server, 'moderator')).delete(`/help-requests/${id}`));
    for (const actor of [requester, helper]) expect((await ratings(actor)).status).toBe(404);
  });

  it('may report what the other wrote to them, also when they blocked first', async () => {
    const { requester, helper, id, offerId } = await acceptedScene(server);
    const { id: message } = must(await write(helper, id, offerId, { text: 'I know you.' })).data;
    must(await requester.put(`/users/me/blocks/${helper.id}`));
    for (const subject of [message, offerId]) {
      const report = { subject: { kind: 'message', id: subject }, reason: 'abuse' };
      expect((await requester.post('/reports', report)).status).toBe(201);
      expect((await (await register(server)).post('/reports', report)).status).toBe(404);
    }
  });

  it('do not write to each other once the request has expired, swept or not', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    const { id: offerId } = must(await offer(helper, id)).data;
    server.clock.advance(7 * DAY + 1000);
    const [asker, offerer] = [await requester.logIn(), await helper.logIn()];
    for (const swept of [false, true]) {
      if (swept) await sweepHelpRequests(server);
      for (const late of [
        await write(offerer, id, offerId, { text: 'Still there?' }),
        await write(asker, id, offerId, { text: 'Still there?' }),
        await asker.post(`/help-requests/${id}/offers/${offerId}/decline`),
      ]) {
        expect([late.status, late.error?.details]).toEqual([
          409,
          expect.objectContaining({ status: 'expired' }),
        ]);
      }
      expect(await threadOf(asker, id, offerId)).toEqual([]);
    }
  });
});
