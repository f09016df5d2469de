import { Types } from 'mongoose';
import { DAY, HOUR } from '../../src/common/time/clock';
import { MessageRetention } from '../../src/modules/emergencies/message-retention';
import { HelpMessageRetention } from '../../src/modules/help-requests/help-message-retention';
import { LocationRetention } from '../../src/modules/users/location-retention';
import { must, register, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { accept, cancel, north, raise, somewhere } from '../support/emergencies';
import { helpStep, startedScene, write } from '../support/help-requests';

/** It stands when the messages go. */
const DATED = { messagesUntil: { $exists: true } };

describe('What is kept for a time', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  /** Something is done as if it were later. */
  async function at(milliseconds: number, work: () => Promise<unknown>): Promise<void> {
    server.clock.advance(milliseconds);
    try {
      // The first may join a round that began before the clock was moved.
      await work();
      await work();
    } finally {
      server.clock.advance(-milliseconds);
    }
  }
  const count = (collection: string, filter: object) =>
    server.connection.collection(collection).countDocuments(filter);

  it('of a place is a day: then nobody knows where somebody was', async () => {
    const person = await register(server);
    must(await person.put('/users/me/location', somewhere()));
    const known = () => count('users', { _id: person.objectId, location: { $exists: true } });
    await at(24 * HOUR - 60_000, () => server.get(LocationRetention).sweep());
    expect(await known()).toBe(1);
    await at(24 * HOUR + 60_000 + 10 * 60_000, () => server.get(LocationRetention).sweep());
    expect(await known()).toBe(0);
    const user = await server.connection.collection('users').findOne({ _id: person.objectId });
    for (const field of ['locationAccuracyMeters', 'locationUpdatedAt']) {
      expect(user).not.toHaveProperty(field);
    }
  });

  it('of messages is ninety days after the end, and no time at all before it', async () => {
    const place = somewhere();
    const requester = await register(server);
    const helper = await verifiedHelper(server, north(place, 100));
    const { id } = must(await raise(requester, { location: place })).data;
    must(await accept(helper, id));
    must(await requester.post(`/emergencies/${id}/messages`, { text: 'Second floor.' }));
    const kept = () => count('messages', { emergency: new Types.ObjectId(id) });
    expect(await count('emergencies', { _id: new Types.ObjectId(id), ...DATED })).toBe(0);
    must(await cancel(requester, id));
    await at(90 * DAY - HOUR, () => server.get(MessageRetention).sweep());
    expect(await kept()).toBe(1);
    await at(90 * DAY + HOUR, () => server.get(MessageRetention).sweep());
    expect(await kept()).toBe(0);
    expect(await count('emergencies', DATED)).toBe(0);
  });

  it('of what was written about a help request is ninety days after its end', async () => {
    const { requester, id, offerId } = await startedScene(server);
    must(await write(requester, id, offerId, { text: 'The blue door.' }));
    const kept = () => count('help_messages', { request: new Types.ObjectId(id) });
    expect(await count('help_requests', { _id: new Types.ObjectId(id), ...DATED })).toBe(0);
    must(await helpStep(requester, id, 'complete'));
    await at(90 * DAY - HOUR, () => server.get(HelpMessageRetention).sweep());
    expect(await kept()).toBe(1);
    await at(90 * DAY + HOUR, () => server.get(HelpMessageRetention).sweep());
    expect(await kept()).toBe(0);
  });
});
