import type { MessageDto } from '../../src/modules/emergencies/dto/message.dto';
import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, caughtUp, north, raise, scene, type Scene, step } from './scene';

describe('Positions and chat', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  async function responding(fields = {}): Promise<Scene & { id: string }> {
    const all = await scene(server);
    const { id } = await raise(all.requester.actor, all.place, fields);
    await accept(all.helpers[0].actor, id);
    await all.helpers[0].socket.event('emergency.status_changed');
    return { ...all, id };
  }

  it('location.update is acknowledged, stored, and shared with the room as the latest place of that helper', async () => {
    const { place, requester, helpers, id } = await responding();
    const [ada] = helpers;
    const here = { ...north(place, 40), accuracyMeters: 8 };
    const answer = await ada.socket.ask('location.update', here);
    expect(answer).toEqual({
      success: true,
      data: { ...here, updatedAt: expect.any(String) },
    });
    expect(await requester.socket.event('location.updated')).toEqual({
      name: 'location.updated',
      id: expect.stringContaining(ada.actor.id),
      kind: 'emergency',
      subjectId: id,
      seq: null,
      at: expect.any(String),
      data: {
        userId: ada.actor.id,
        role: 'helper',
        location: { ...here, updatedAt: expect.any(String) },
      },
    });
    const { data } = must(await ada.actor.get('/users/me'));
    expect(data.location).toMatchObject(here);
    await ada.socket.ask('location.update', north(place, 20));
    await requester.socket.event('location.updated', ({ data }) =>
      JSON.stringify(data).includes(`${north(place, 20).latitude}`),
    );
    expect(await server.connection.collection('positions').countDocuments()).toBe(1);
  });

  it('the position of somebody who is in no emergency goes to nobody', async () => {
    const { requester, helpers, id, place } = await responding();
    const passerBy = await TestSocket.connect(await register(server));
    await passerBy.ask('location.update', north(place, 10));
    await helpers[1].socket.ask('location.update', north(place, 15));
    await caughtUp(requester, id);
    expect(requester.socket.of('location.updated')).toEqual([]);
  });

  it('the requester who moves is shared by role alone, and the emergency moves with them', async () => {
    const { requester, helpers, id, place } = await responding({ anonymous: true });
    const there = north(place, 120);
    await requester.socket.ask('location.update', there);
    const event = await helpers[0].socket.event('location.updated');
    expect(event.data).toEqual({
      role: 'requester',
      location: { ...there, accuracyMeters: null, updatedAt: expect.any(String) },
    });
    expect(JSON.stringify(event)).not.toContain(requester.actor.id);
    const { data } = must(await requester.actor.get(`/emergencies/${id}`));
    expect(data.location).toMatchObject(there);
  });

  it('a helper who has completed shares no position any more', async () => {
    const { requester, helpers, id, place } = await responding();
    const [ada, ben] = helpers;
    await accept(ben.actor, id);
    for (const status of ['on_way', 'arrived', 'completed']) await step(ada.actor, id, status);
    await ada.socket.ask('location.update', north(place, 999));
    await caughtUp(requester, id);
    expect(requester.socket.of('location.updated')).toEqual([]);
  });

  it('message.send is answered with the message and reaches every member once', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    const answer = await ada.socket.ask<MessageDto>('message.send', {
      emergencyId: id,
      text: 'Two minutes',
      clientId: 'm-1',
    });
    expect(answer).toEqual({
      success: true,
      data: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        emergencyId: id,
        sender: { id: ada.actor.id, role: 'helper', displayName: 'Ada' },
        text: 'Two minutes',
        clientId: 'm-1',
        createdAt: expect.any(String),
      },
    });
    for (const { socket } of [requester, ada]) {
      expect(await socket.event('message.created')).toMatchObject({
        kind: 'emergency',
        subjectId: id,
        seq: null,
        data: answer.data,
      });
    }
  });

  it('a message that is sent again by its clientId, over socket and HTTP, is one message and one event', async () => {
    const { requester, helpers, id } = await responding();
    const [ada] = helpers;
    const body = { text: 'On the stairs', clientId: 'same' };
    const sent = await Promise.all([
      ...Array.from({ length: 5 }, async () =>
        ada.socket.ask<MessageDto>('message.send', { emergencyId: id, ...body }),
      ),
      ...Array.from({ length: 5 }, async () =>
        ada.actor.post<MessageDto>(`/emergencies/${id}/messages`, body),
      ),
    ]);
    expect(new Set(sent.map(({ data }) => data.id)).size).toBe(1);
    await caughtUp(requester, id);
    const texts = requester.socket.of('message.created').map(({ data }) => data.text);
    expect(texts.filter((text) => text === 'On the stairs')).toHaveLength(1);
  });

  it("the same clientId of another sender is another sender's message", async () => {
    const { requester, helpers, id } = await responding();
    const message = { emergencyId: id, text: 'Hello', clientId: 'same' };
    const ids = await Promise.all(
      [requester, helpers[0]].map(
        async ({ socket }) => (await socket.ask<MessageDto>('message.send', message)).data.id,
      ),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('only participants write: NOT_FOUND for strangers, FORBIDDEN for the alerted, INVALID_TRANSITION after the end', async () => {
    const { requester, helpers, id } = await responding();
    const message = { emergencyId: id, text: 'Hello', clientId: 'x' };
    const stranger = await TestSocket.connect(await register(server));
    expect((await stranger.ask('message.send', message)).error?.code).toBe('NOT_FOUND');
    expect((await helpers[1].socket.ask('message.send', message)).error?.code).toBe('FORBIDDEN');
    must(await requester.actor.post(`/emergencies/${id}/resolve`));
    expect((await helpers[0].socket.ask('message.send', message)).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'resolved' },
    });
    expect(await server.connection.collection('messages').countDocuments({ clientId: 'x' })).toBe(
      0,
    );
  });
});
