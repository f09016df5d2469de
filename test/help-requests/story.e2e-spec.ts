import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { north, somewhere } from '../support/emergencies';
import {
  acceptOffer,
  ask,
  feed,
  helpStep,
  look,
  offer,
  offersFor,
  threadOf,
  timelineOf,
  write,
} from '../support/help-requests';
import { closeSockets, TestSocket } from '../support/sockets';

describe('A help request from the question to the ratings', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  it('is found near by, offered for, talked about, accepted, done, completed and rated, and both hear of all of it', async () => {
    const place = somewhere();
    const mira = await register(server, { displayName: 'Mira' });
    const jonas = await register(server, { displayName: 'Jonas' });
    const ana = await register(server, { displayName: 'Ana' });
    const miraHears = await TestSocket.connect(mira);
    const jonasHears = await TestSocket.connect(jonas);
    const anaHears = await TestSocket.connect(ana);

    // Mira asks.
    const asked = await ask(mira, {
      location: place,
      budget: { amountMinor: 2500, currency: 'EUR', negotiable: true },
      priority: 'high',
    });
    expect(asked.status).toBe(201);
    expect(asked.data).toMatchObject({
      title: 'Carry a sofa',
      status: 'open',
      seq: 1,
      requester: { id: mira.id, displayName: 'Mira' },
      location: { ...place, precision: 'exact' },
      budget: { amountMinor: 2500, currency: 'EUR', negotiable: true },
      viewer: { role: 'requester', offerId: null, offerStatus: null },
      helper: null,
    });
    const { id } = asked.data;

    // Jonas finds it: the cell, not the door.
    const { latitude, longitude } = north(place, 1500);
    const found = must(await feed(jonas, { latitude, longitude, sort: 'distance' })).data.items;
    expect(found.map((one) => one.id)).toEqual([id]);
    expect(found[0]?.location.precision).toBe('coarse');
    expect(found[0]?.distanceMeters).toBeGreaterThan(900);
    expect(found[0]?.distanceMeters).toBeLessThan(2100);

    // Jonas and Ana offer; Mira hears of both, they of their own.
    const offered = await offer(jonas, id, {
      message: 'I have straps.',
      price: { amountMinor: 2000, currency: 'EUR' },
    });
    expect(offered.status).toBe(201);
    expect(offered.data).toMatchObject({
      requestId: id,
      helper: { id: jonas.id, displayName: 'Jonas' },
      message: 'I have straps.',
      price: { amountMinor: 2000, currency: 'EUR', negotiable: false },
      status: 'open',
    });
    const anas = must(await offer(ana, id)).data;
    const offerId = offered.data.id;
    const heard = await miraHears.event('help_offer.created', ({ data }) => data.id === offerId);
    expect(heard).toMatchObject({ kind: 'help_request', subjectId: id, seq: null });
    expect(heard.data).toEqual(offered.data);
    expect((await offersFor(mira, id)).map((one) => one.id)).toEqual([offerId, anas.id]);
    expect((await offersFor(jonas, id)).map((one) => one.id)).toEqual([offerId]);

    // They talk, live.
    const asks = must(
      await write(mira, id, offerId, { text: 'Saturday at ten?', clientId: 'm1' }),
    ).data;
    const jonasReads = await jonasHears.event('help_message.created');
    expect(jonasReads.data).toEqual(asks);
    must(await write(jonas, id, offerId, { text: 'Fine.' }));
    expect((await threadOf(mira, id, offerId)).map(({ text }) => text)).toEqual([
      'Saturday at ten?',
      'Fine.',
    ]);

    // Mira accepts Jonas: he knows the door, Ana only that somebody was chosen.
    const accepted = must(await acceptOffer(mira, id, offerId)).data;
    expect(accepted).toMatchObject({
      status: 'accepted',
      chosenOfferId: offerId,
      helper: { id: jonas.id },
    });
    expect(must(await look(jonas, id)).data).toMatchObject({
      location: { ...place, precision: 'exact' },
      viewer: { role: 'chosen_helper', offerId, offerStatus: 'accepted' },
    });
    expect(must(await look(ana, id)).data).toMatchObject({
      status: 'accepted',
      location: { precision: 'coarse' },
      helper: null,
      viewer: { role: 'helper', offerStatus: 'open' },
    });
    await jonasHears.event('help_request.accepted', ({ seq }) => seq === 2);
    const anaLearns = await anaHears.event('help_request.status_changed');
    expect(anaLearns).toMatchObject({ seq: null, data: { from: 'open', to: 'accepted' } });

    // Jonas carries it.
    expect(must(await helpStep(jonas, id, 'start')).data.status).toBe('in_progress');
    const done = must(await helpStep(jonas, id, 'done')).data;
    expect(done.doneAt).not.toBeNull();
    expect(done.completionDueAt).not.toBeNull();
    expect(must(await helpStep(mira, id, 'complete')).data).toMatchObject({
      status: 'completed',
      completionDueAt: null,
    });
    const ended = await jonasHears.event('help_request.completed');
    expect(ended).toMatchObject({ seq: 5, data: { from: 'in_progress', to: 'completed' } });
    expect(must(await look(jonas, id)).data.location.precision).toBe('coarse');

    // Both rate.
    const rated = await mira.post(`/help-requests/${id}/ratings`, { rating: 5, text: 'Careful.' });
    expect(rated).toMatchObject({
      status: 201,
      data: { rating: 5, raterRole: 'requester', rated: { id: jonas.id }, text: 'Careful.' },
    });
    must(await jonas.post(`/help-requests/${id}/ratings`, { rating: 4 }));
    await miraHears.event('help_rating.created', ({ data }) => data.rating === 4);
    const ratings = must(
      await mira.get<{ items: { rating: number }[] }>(`/help-requests/${id}/ratings`),
    ).data.items;
    expect(ratings.map(({ rating }) => rating)).toEqual([5, 4]);

    // The timeline has all of it in order, and everybody got exactly their part of it.
    const types = ['created', 'accepted', 'started', 'done', 'completed'];
    const expected = types.map((type, index) => [`help_request.${type}`, index + 1]);
    const timeline = await timelineOf(mira, id);
    expect(timeline.map(({ type, seq }) => [type, seq])).toEqual(expected);
    const numbered = (socket: TestSocket) =>
      socket.events.filter(({ seq }) => seq !== null).map(({ name, seq }) => [name, seq]);
    expect(numbered(miraHears)).toEqual(expected);
    expect(numbered(jonasHears)).toEqual(expected.slice(1));
    const anaHeard = anaHears.events.filter(({ kind }) => kind !== 'notification');
    expect(anaHeard.map(({ name, data }) => [name, data.to ?? data.status])).toEqual([
      ['help_offer.created', 'open'],
      ['help_request.status_changed', 'accepted'],
      ['help_request.status_changed', 'in_progress'],
      ['help_request.status_changed', 'completed'],
    ]);
    expect(anaHears.text()).not.toContain(jonas.id);
  });
});
