import { DAY, HOUR } from '../../src/common/time/clock';
import { type Answer, must, register, TEST_PASSWORD, adminOf } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  acceptedScene,
  acceptOffer,
  ask,
  helpScene,
  helpStep,
  look,
  offer,
  offersFor,
  startedScene,
  sweepHelpRequests,
  timelineOf,
  write,
} from '../support/help-requests';
import { patiently, startTwoNodes, together } from '../support/race';

const ROUNDS = 12;

describe('Help requests in races, on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });

  afterAll(() => close());

  const won = (answer: Answer<unknown>): boolean => answer.status < 300;
  const outcomes = (...answers: Answer<unknown>[]): string[] =>
    answers.map(({ status, error }) => error?.code ?? String(status));

  /** The numbers of the timeline have no gaps, and it ends where the request does. */
  async function expectWhole(actor: Parameters<typeof look>[0], id: string): Promise<void> {
    const { seq } = must(await look(actor, id)).data;
    const timeline = await timelineOf(actor, id);
    expect(timeline.map((event) => event.seq)).toEqual(
      Array.from({ length: seq }, (_, index) => index + 1),
    );
  }

  it('twenty accepts of different offers leave one winner, and tell the others how things stand', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { requester, helpers, id } = await helpScene(server, 20);
      const offerIds: string[] = [];
      for (const helper of helpers) offerIds.push(must(await offer(helper, id)).data.id);
      const answers = await Promise.all(
        offerIds.map((offerId, index) =>
          patiently(index % 2 === 0 ? requester : requester.on(node), (self) =>
            acceptOffer(self, id, offerId),
          ),
        ),
      );
      const winners = answers.filter(won);
      expect(winners).toHaveLength(1);
      for (const loser of answers.filter((answer) => !won(answer))) {
        expect([loser.status, loser.error?.code]).toEqual([409, 'INVALID_TRANSITION']);
        expect(loser.error?.details).toEqual({ status: 'accepted' });
      }
      const statuses = (await offersFor(requester, id)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([
        'accepted',
        ...Array.from({ length: 19 }, () => 'open'),
      ]);
      const now = must(await look(requester, id)).data;
      expect(now.chosenOfferId).toBe(winners[0]?.data.chosenOfferId);
      await expectWhole(requester, id);
    }
  });

  it('an accept and the withdrawal of that offer: whichever is second sees the first', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requester, helpers, id } = await helpScene(server, 1);
      const [helper] = helpers;
      if (!helper) throw new Error('no helper');
      const { id: offerId } = must(await offer(helper, id)).data;
      const [accepted, withdrawn] = await together(
        round,
        () => acceptOffer(requester, id, offerId),
        () => helper.on(node).post(`/help-requests/${id}/offers/${offerId}/withdraw`),
      );
      expect(won(withdrawn)).toBe(true);
      const now = must(await look(requester, id)).data;
      expect([now.status, now.helper]).toEqual(['open', null]);
      expect((await offersFor(requester, id)).map(({ status }) => status)).toEqual(['withdrawn']);
      // Accepted and given up again, or never accepted.
      expect(await timelineOf(requester, id)).toHaveLength(won(accepted) ? 3 : 1);
      await expectWhole(requester, id);
    }
  });

  it('a completion and the withdrawal of the helper: one of the two', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requester, helper, id, offerId } = await startedScene(server);
      const [completed, withdrawn] = await together(
        round,
        () => helpStep(requester, id, 'complete'),
        () => helpStep(helper.on(node), id, 'withdraw'),
      );
      expect([completed, withdrawn].filter(won)).toHaveLength(1);
      expect(outcomes(completed, withdrawn)).toContain('INVALID_TRANSITION');
      const now = must(await look(requester, id)).data;
      const [only] = await offersFor(requester, id);
      expect([now.status, now.chosenOfferId, only?.status]).toEqual(
        won(completed) ? ['completed', offerId, 'accepted'] : ['open', null, 'withdrawn'],
      );
      await expectWhole(requester, id);
    }
  });

  it('a cancellation and a new offer: no offer is open on what has ended', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requester, helpers, id } = await helpScene(server, 1);
      const [helper] = helpers;
      if (!helper) throw new Error('no helper');
      const [cancelled, offered] = await together(
        round,
        () => helpStep(requester, id, 'cancel'),
        () => offer(helper.on(node), id),
      );
      expect(won(cancelled)).toBe(true);
      expect(outcomes(offered)[0]).toMatch(/^(201|INVALID_TRANSITION|NOT_FOUND)$/);
      const statuses = (await offersFor(requester, id)).map(({ status }) => status);
      expect(statuses).toEqual(won(offered) ? ['closed'] : []);
    }
  });

  it('a message and what closes its thread: none is written after it', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requester, helper, id, offerId } = await acceptedScene(server);
      const [sent] = await together(
        round,
        () => write(requester, id, offerId, { text: 'One moment.' }),
        () => helper.on(node).post(`/help-requests/${id}/offers/${offerId}/withdraw`),
      );
      expect(outcomes(sent)[0]).toMatch(/^(201|INVALID_TRANSITION)$/);
      const { events } = await written(id, offerId);
      const closed = events.findIndex(({ type }) => type === 'help_offer.withdrawn');
      const message = events.findIndex(({ type }) => type === 'help_message.created');
      expect(message < closed).toBe(true);
      expect(message >= 0).toBe(won(sent));
    }
  });

  it('one helper who offers ten times at once has one offer', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        patiently(index % 2 ? helper : helper.on(node), (self) => offer(self, id)),
      ),
    );
    expect(answers.filter(won)).toHaveLength(1);
    expect(new Set(outcomes(...answers))).toEqual(new Set(['201', 'CONFLICT']));
    expect(await offersFor(requester, id)).toHaveLength(1);
    expect(must(await look(requester, id)).data.offerCount).toBe(1);
  });

  it('ten ratings of one side at once are one', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { requester, helper, id } = await startedScene(server);
      must(await helpStep(requester, id, 'complete'));
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          patiently(index % 2 ? requester : requester.on(node), (self) =>
            self.post(`/help-requests/${id}/ratings`, {
              rating: 1 + (index % 5),
            }),
          ),
        ),
      );
      expect(answers.filter(won)).toHaveLength(1);
      expect(new Set(outcomes(...answers))).toEqual(new Set(['201', 'CONFLICT']));
      must(await helper.post(`/help-requests/${id}/ratings`, { rating: 5 }));
      expect(await server.connection.collection('help_ratings').countDocuments({})).toBe(
        2 * (round + 1),
      );
    }
  });

  it('a suspension and an accept: no suspended helper is the chosen one', async () => {
    const admin = await adminOf(server);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requester, helpers, id } = await helpScene(server, 1);
      const [helper] = helpers;
      if (!helper) throw new Error('no helper');
      const { id: offerId } = must(await offer(helper, id)).data;
      const [, suspended] = await together(
        round,
        () => acceptOffer(requester.on(node), id, offerId),
        () => admin.patch(`/admin/users/${helper.id}`, { status: 'suspended' }),
      );
      must(suspended);
      expect(must(await look(requester, id)).data).toMatchObject({ status: 'open', helper: null });
      expect((await offersFor(requester, id)).map(({ status }) => status)).toEqual(['withdrawn']);
    }
  });

  it('the deletion of an account and what it asks or offers at that moment: nothing of it stays', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requester, id } = await helpScene(server, 0);
      const leaving = await register(server);
      const [deleted, done] = await together(
        round,
        () => leaving.delete('/users/me', { password: TEST_PASSWORD }),
        (): Promise<Answer<unknown>> =>
          round % 2
            ? offer(leaving.on(node), id, { message: 'I am Jonas.' })
            : ask(leaving.on(node), {
                location: { latitude: 1, longitude: 2 },
                title: 'Jonas asks',
              }),
      );
      must(deleted);
      expect(outcomes(done)[0]).toMatch(/^(201|UNAUTHENTICATED)$/);
      expect((await offersFor(requester, id)).filter(({ status }) => status === 'open')).toEqual(
        [],
      );
      const left = await server.connection
        .collection('help_requests')
        .find({ requester: leaving.objectId })
        .toArray();
      expect(left.filter(({ status, title }) => status === 'open' || title !== 'Deleted')).toEqual(
        [],
      );
    }
  });

  it('expiry by two nodes at once happens once, and excludes an accept', async () => {
    for (let round = 0; round < 6; round += 1) {
      const expiresAt = new Date(server.clock.now().getTime() + HOUR).toISOString();
      const { requester, helpers, id } = await helpScene(server, 1, { expiresAt });
      const [helper] = helpers;
      if (!helper) throw new Error('no helper');
      const { id: offerId } = must(await offer(helper, id)).data;
      for (const one of [server, node]) one.clock.advance(HOUR);
      const asker = await requester.logIn();
      const [, accepted] = await together(
        round,
        () => Promise.all([server, node].map(sweepHelpRequests)),
        () => acceptOffer(asker.on(node), id, offerId),
      );
      expect(accepted.error?.details).toMatchObject({ status: 'expired' });
      // Whichever was there first of the two nodes, or a round of their own.
      await Promise.all([server, node].map(sweepHelpRequests));
      expect((await timelineOf(asker, id)).map(({ type }) => type)).toEqual([
        'help_request.created',
        'help_request.expired',
      ]);
      expect((await offersFor(asker, id)).map(({ status }) => status)).toEqual(['closed']);
    }
  });

  it('an objection and the completion by itself: one of the two', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { requester, helper, id } = await startedScene(server);
      must(await helpStep(helper, id, 'done'));
      for (const one of [server, node]) one.clock.advance(7 * DAY);
      const asker = await requester.logIn();
      const [, objected] = await together(
        round,
        () => Promise.all([server, node].map(sweepHelpRequests)),
        () => helpStep(asker.on(node), id, 'objection'),
      );
      await Promise.all([server, node].map(sweepHelpRequests));
      const { status, doneAt } = must(await look(asker, id)).data;
      if (won(objected)) expect([status, doneAt]).toEqual(['in_progress', null]);
      else expect([status, objected.error?.details]).toEqual(['completed', { status }]);
      await expectWhole(asker, id);
    }
  });

  /** What was written of a request, in the order of the commits as the thread's two people are told. */
  async function written(id: string, offerId: string) {
    const request = must(await look(await adminOf(server), id)).data;
    const events = await server.connection
      .collection('events')
      .find({ kind: 'help_request' })
      .sort({ at: 1, _id: 1 })
      .toArray();
    const own = events.filter(
      ({ subject, data }) =>
        String(subject) === request.id &&
        (String(data.offer) === offerId || data.message !== undefined),
    );
    return { events: own as unknown as { type: string }[] };
  }
});
