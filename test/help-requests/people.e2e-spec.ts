import { DAY } from '../../src/common/time/clock';
import { adminOf, must, register, staff, TEST_PASSWORD, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { somewhere } from '../support/emergencies';
import {
  acceptedScene,
  acceptOffer,
  ask,
  feed,
  helpStep,
  look,
  offer,
  offersFor,
  startedScene,
  sweepHelpRequests,
  threadOf,
  timelineOf,
  write,
} from '../support/help-requests';
import { closeSockets, TestSocket } from '../support/sockets';

describe('What people may see and do of a help request', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const suspend = async (person: TestActor, status: 'suspended' | 'active' = 'suspended') =>
    must(await (await adminOf(server)).patch(`/admin/users/${person.id}`, { status }));

  async function idsIn(actor: TestActor, place: { latitude: number; longitude: number }) {
    return must(await feed(actor, { ...place })).data.items.map(({ id }) => id);
  }

  it('the chosen helper knows the place while it is under way, and not after giving up', async () => {
    const { requester, helper, id, place } = await startedScene(server);
    expect(must(await look(helper, id)).data.location).toEqual({ ...place, precision: 'exact' });
    must(await helpStep(helper, id, 'withdraw'));
    const left = must(await look(helper, id)).data;
    expect(left).toMatchObject({
      location: { precision: 'coarse' },
      helper: null,
      viewer: { role: 'helper', offerStatus: 'withdrawn' },
    });
    const spot = String(place.latitude);
    expect((await look(helper, id)).text).not.toContain(spot);
    expect((await helper.get(`/help-requests/${id}/events`)).text).not.toContain(spot);
    expect((await feed(helper, { status: 'open' })).text).not.toContain(spot);
    expect(must(await look(requester, id)).data.location.precision).toBe('exact');
  });

  it('who gave up sees the timeline until then, and nobody learns from it who helped before', async () => {
    const { requester, helper, helpers, id, offerIds } = await acceptedScene(server, 2);
    const [, second] = helpers;
    const [, secondOffer = ''] = offerIds;
    if (!second) throw new Error('no second helper');
    must(await helpStep(helper, id, 'withdraw'));
    must(await acceptOffer(requester, id, secondOffer));
    must(await helpStep(second, id, 'start'));
    const seen = await timelineOf(helper, id);
    expect(seen.map(({ type }) => type)).toEqual([
      'help_request.created',
      'help_request.accepted',
      'help_request.reopened',
    ]);
    expect(seen.at(-1)?.actor.id).toBe(helper.id);
    const later = await timelineOf(second, id);
    expect(later.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(JSON.stringify(later)).not.toContain(helper.id);
    expect(JSON.stringify(later)).toContain(second.id);
    expect(JSON.stringify(await timelineOf(requester, id))).toContain(helper.id);
  });

  it('a thread is for its two people alone, not for another helper, nor for a moderator', async () => {
    const { requester, helper, helpers, id, offerId } = await acceptedScene(server, 2);
    const [, other] = helpers;
    if (!other) throw new Error('no second helper');
    const moderator = await staff(server, 'moderator');
    const sockets = await Promise.all(
      [requester, helper, other, moderator].map((actor) => TestSocket.connect(actor)),
    );
    const { id: messageId } = must(
      await write(requester, id, offerId, { text: 'The key is under the mat.' }),
    ).data;
    await sockets[1]?.event('help_message.created');
    must(await write(helper, id, offerId, { text: 'Thank you.' }));
    await sockets[0]?.event('help_message.created', ({ data }) => data.text === 'Thank you.');
    expect(sockets[2]?.text()).not.toContain('The key');
    expect(sockets[3]?.text()).not.toContain('The key');
    for (const actor of [other, moderator, await register(server)]) {
      const path = `/help-requests/${id}/offers/${offerId}/messages`;
      expect((await actor.get(path)).status).toBe(404);
      expect((await actor.post(path, { text: 'Hello?' })).status).toBe(404);
      const reported = await actor.post('/reports', {
        subject: { kind: 'message', id: messageId },
        reason: 'abuse',
      });
      expect(reported.status).toBe(404);
      expect((await offersFor(actor, id)).map(({ id: one }) => one)).not.toContain(offerId);
    }
    // What one of the two reports, moderators read: this message and nothing else.
    must(
      await helper.post('/reports', {
        subject: { kind: 'message', id: messageId },
        reason: 'danger',
      }),
    );
    const queue = await moderator.get('/admin/reports?limit=100');
    expect(queue.text).toContain('The key is under the mat.');
    expect(queue.text).not.toContain('Thank you.');
  });

  it('a message that is sent again by its clientId stays one, and comes once', async () => {
    const { requester, helper, id, offerId } = await acceptedScene(server);
    const socket = await TestSocket.connect(helper);
    const sent = { text: 'Saturday at ten?', clientId: 'c-1' };
    const first = must(await write(requester, id, offerId, sent));
    const second = must(await write(requester, id, offerId, { ...sent, text: 'Something else' }));
    expect(second.data).toEqual(first.data);
    must(await write(helper, id, offerId, { text: 'Yes.', clientId: 'c-1' }));
    expect((await threadOf(helper, id, offerId)).map(({ text }) => text)).toEqual([
      'Saturday at ten?',
      'Yes.',
    ]);
    await socket.event('help_message.created', ({ data }) => data.text === 'Yes.');
    expect(socket.of('help_message.created')).toHaveLength(2);
  });

  it('a thread is closed by declining, withdrawing and the end; what was written can still be read', async () => {
    const { requester, helpers, helper, id, offerIds } = await acceptedScene(server, 3);
    const [accepted = '', declined = '', open = ''] = offerIds;
    const [, second, third] = helpers;
    if (!second || !third) throw new Error('no helpers');
    for (const offerId of offerIds) must(await write(requester, id, offerId, { text: 'Hello.' }));
    must(await requester.post(`/help-requests/${id}/offers/${declined}/decline`));
    const refused = async (actor: TestActor, offerId: string, offerStatus: string) => {
      const answer = await write(actor, id, offerId, { text: 'Still there?' });
      expect([answer.status, answer.error?.code]).toEqual([409, 'INVALID_TRANSITION']);
      expect(answer.error?.details).toMatchObject({ offerStatus });
      expect(await threadOf(actor, id, offerId)).toHaveLength(1);
    };
    await refused(second, declined, 'declined');
    await refused(requester, declined, 'declined');
    must(await third.post(`/help-requests/${id}/offers/${open}/withdraw`));
    await refused(third, open, 'withdrawn');
    must(await helpStep(requester, id, 'cancel'));
    await refused(helper, accepted, 'closed');
  });

  it('blocked people do not find, see or help each other', async () => {
    const { requester, helpers, helper, id, place, offerId } = await acceptedScene(server, 2);
    const [, other] = helpers;
    if (!other) throw new Error('no second helper');
    const socket = await TestSocket.connect(helper);
    must(await requester.put(`/users/me/blocks/${helper.id}`));
    expect(must(await look(requester, id)).data).toMatchObject({ status: 'open', helper: null });
    await socket.event('help_request.reopened');
    // Nothing says why.
    expect(socket.text()).not.toMatch(/block/);
    for (const path of ['', '/events', '/offers', '/ratings', `/offers/${offerId}/messages`]) {
      expect((await helper.get(`/help-requests/${id}${path}`)).status).toBe(404);
    }
    for (const step of ['start', 'withdraw'] as const) {
      expect((await helpStep(helper, id, step)).status).toBe(404);
    }
    expect((await offer(helper, id)).status).toBe(404);
    expect((await offersFor(requester, id)).map((one) => one.helper.id)).toEqual([other.id]);
    expect((await acceptOffer(requester, id, offerId)).status).toBe(404);
    expect((await write(requester, id, offerId, { text: 'Hello?' })).status).toBe(404);
    expect(await idsIn(helper, place)).toEqual([]);
    expect(await idsIn(other, place)).toEqual([id]);
    expect(
      must(await helper.get<{ items: unknown[] }>('/help-requests/offers')).data.items,
    ).toEqual([]);
    // And the other way round.
    must(await other.put(`/users/me/blocks/${requester.id}`));
    expect((await look(other, id)).status).toBe(404);
    expect(await offersFor(requester, id)).toEqual([]);
    must(await requester.delete(`/users/me/blocks/${helper.id}`));
    expect(must(await offer(helper, id)).data).toMatchObject({ id: offerId, status: 'open' });
  });

  it('a moderator who is blocked sees the request all the same, and cannot offer to help', async () => {
    const { requester, id } = await acceptedScene(server);
    const moderator = await staff(server, 'moderator');
    must(await requester.put(`/users/me/blocks/${moderator.id}`));
    expect((await look(moderator, id)).status).toBe(200);
    expect((await offer(moderator, id)).status).toBe(404);
  });

  it('a suspended requester is hidden with all they asked for, and back as it was', async () => {
    const { requester, helper, id, place } = await startedScene(server);
    must(await helpStep(helper, id, 'done'));
    await suspend(requester);
    expect((await look(helper, id)).status).toBe(404);
    expect((await helpStep(helper, id, 'withdraw')).status).toBe(404);
    expect(must(await feed(helper, { ...place, status: 'in_progress' })).data.items).toEqual([]);
    expect((await look(await staff(server, 'moderator'), id)).status).toBe(200);
    await suspend(requester, 'active');
    const back = await requester.logIn();
    const shown = must(await look(back, id)).data;
    expect(shown).toMatchObject({ status: 'in_progress', helper: { id: helper.id } });
    // The whole week to object, not what was left of it.
    expect(Date.parse(shown.completionDueAt ?? '')).toBeGreaterThan(
      server.clock.now().getTime() + 7 * DAY - 60_000,
    );
    expect((await look(helper, id)).status).toBe(200);
  });

  it('nothing completes by itself while the requester is suspended', async () => {
    const own = await startTestApp();
    try {
      const { requester, helper, id } = await startedScene(own);
      must(await helpStep(helper, id, 'done'));
      const admin = await adminOf(own);
      must(await admin.patch(`/admin/users/${requester.id}`, { status: 'suspended' }));
      own.clock.advance(8 * DAY);
      await sweepHelpRequests(own);
      const moderator = await staff(own, 'moderator');
      expect(must(await look(moderator, id)).data.status).toBe('in_progress');
    } finally {
      await own.close();
    }
  });

  it('a suspended helper is no longer the chosen one, and their offers are withdrawn', async () => {
    const { requester, helper, id } = await startedScene(server);
    const elsewhere = must(await ask(requester, { location: somewhere() })).data.id;
    must(await offer(helper, elsewhere));
    await suspend(helper);
    expect(must(await look(requester, id)).data).toMatchObject({ status: 'open', helper: null });
    for (const request of [id, elsewhere]) {
      expect((await offersFor(requester, request)).map(({ status }) => status)).toEqual([
        'withdrawn',
      ]);
    }
    await suspend(helper, 'active');
    must(await offer(await helper.logIn(), id));
  });

  it('deleting an account ends what it asked for, and takes its words and places out of it', async () => {
    const asked = await startedScene(server, 2);
    const { requester, helper, id, offerId } = asked;
    must(await write(requester, id, offerId, { text: 'My number is on the door.' }));
    must(await write(helper, id, offerId, { text: 'I see it.' }));
    must(await requester.delete('/users/me', { password: TEST_PASSWORD }));
    const seen = await look(helper, id);
    expect(seen.data).toMatchObject({
      status: 'cancelled',
      title: 'Deleted',
      description: null,
      requester: { displayName: 'Deleted account' },
      location: { precision: 'coarse' },
    });
    expect((await threadOf(helper, id, offerId)).map(({ text }) => text)).toEqual(['I see it.']);
    const moderator = await staff(server, 'moderator');
    expect((await look(moderator, id)).text).not.toContain(String(asked.place.latitude));
    expect(JSON.stringify(await onDisk(id))).not.toMatch(/sofa|Third floor|number is/);
  });

  it('deleting an account withdraws its offers; its ratings stay, without the person', async () => {
    const { requester, helper, id } = await startedScene(server);
    must(await helpStep(requester, id, 'complete'));
    must(
      await helper.post(`/help-requests/${id}/ratings`, { rating: 2, text: 'I am Jonas of No. 4' }),
    );
    must(await requester.post(`/help-requests/${id}/ratings`, { rating: 5, text: 'Very kind.' }));
    const other = await acceptedScene(server);
    const open = must(await ask(other.requester, { location: somewhere() })).data.id;
    const offered = must(await offer(helper, open, { message: 'I am Jonas.' })).data;
    must(await acceptOffer(other.requester, open, offered.id));
    must(await helper.delete('/users/me', { password: TEST_PASSWORD }));
    const { items } = must(
      await requester.get<{ items: { rating: number }[] }>(`/help-requests/${id}/ratings`),
    ).data;
    expect(items).toEqual([
      expect.objectContaining({
        rating: 2,
        text: null,
        rater: expect.objectContaining({ displayName: 'Deleted account' }),
      }),
      expect.objectContaining({
        rating: 5,
        text: 'Very kind.',
        rated: expect.objectContaining({ displayName: 'Deleted account' }),
      }),
    ]);
    expect(await offersFor(other.requester, open)).toEqual([
      expect.objectContaining({ status: 'withdrawn', message: null }),
    ]);
    expect(must(await look(other.requester, open)).data).toMatchObject({
      status: 'open',
      helper: null,
    });
    expect(must(await look(requester, id)).data.status).toBe('completed');
  });

  it('removing hides from everybody but moderators; a moderator who does it is on record', async () => {
    const removed = await acceptedScene(server);
    const moderator = await staff(server, 'moderator');
    const socket = await TestSocket.connect(removed.helper);
    expect((await removed.helper.delete(`/help-requests/${removed.id}`)).status).toBe(403);
    must(await moderator.delete(`/help-requests/${removed.id}`));
    must(await moderator.delete(`/help-requests/${removed.id}`));
    await socket.event('help_request.removed', ({ data }) => data.to === 'cancelled');
    for (const actor of [removed.requester, removed.helper, await register(server)]) {
      expect((await look(actor, removed.id)).status).toBe(404);
      expect((await actor.delete(`/help-requests/${removed.id}`)).status).toBe(404);
    }
    expect(must(await feed(removed.requester, { mine: true })).data.items).toEqual([]);
    expect(must(await look(moderator, removed.id)).data).toMatchObject({
      status: 'cancelled',
      removedAt: expect.any(String),
      title: 'Carry a sofa',
    });
    const entries = await server.connection
      .collection('audit_log')
      .find({ action: 'help_request.removed' })
      .toArray();
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      actor: moderator.objectId,
      changes: { removed: { from: false, to: true } },
    });
    // One's own is no matter for the record, and what has ended can be removed too.
    const own = await acceptedScene(server);
    must(await helpStep(own.requester, own.id, 'cancel'));
    must(await own.requester.delete(`/help-requests/${own.id}`));
    expect((await look(own.helper, own.id)).status).toBe(404);
    expect(
      await server.connection
        .collection('audit_log')
        .countDocuments({ action: 'help_request.removed' }),
    ).toBe(1);
  });

  /** Everything that is stored of a request. */
  async function onDisk(id: string): Promise<unknown[]> {
    const stored: unknown[] = [];
    for (const name of ['help_requests', 'help_offers', 'help_messages', 'events']) {
      const rows = await server.connection.collection(name).find().toArray();
      stored.push(...rows.filter((row) => JSON.stringify(row).includes(id)));
    }
    return stored;
  }
});
