import type { ChangeStream, ResumeToken } from 'mongodb';
import { ChangeFeed } from '../../src/modules/events/change-feed';
import { must, staff } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, caughtUp, raise, scene, step } from './scene';

interface StreamCursor {
  cursor: { cursorId: bigint };
  ns: string;
}

describe('The relay when its change stream breaks', () => {
  let server: TestApp;

  beforeEach(async () => {
    server = await startTestApp();
  });

  afterEach(async () => {
    closeSockets();
    await server.close();
  });

  /** The stream that the feed has open now. */
  const stream = (): ChangeStream => Reflect.get(server.get(ChangeFeed), 'stream') as ChangeStream;

  /** Ends the server's side of the stream, as a failover or an operator would. */
  async function killStream(): Promise<void> {
    const client = server.connection.getClient();
    await eventually(async () => {
      const cursors = await client
        .db('admin')
        .aggregate<StreamCursor>([
          { $currentOp: { idleCursors: true } },
          {
            $match: {
              ns: { $regex: `^${server.connection.name}\\.` },
              'cursor.tailable': true,
            },
          },
        ])
        .toArray();
      expect(cursors).not.toHaveLength(0);
      for (const { cursor, ns } of cursors) {
        const { cursorsKilled } = await client.db(server.connection.name).command(
          {
            killCursors: ns.slice(ns.indexOf('.') + 1),
            cursors: [cursor.cursorId],
          },
          { promoteLongs: false },
        );
        expect(cursorsKilled).toHaveLength(1);
      }
    });
  }

  it('resumes where it was: what was committed meanwhile arrives once, in order, without a gap', async () => {
    const { place, requester, helpers } = await scene(server);
    const [ada] = helpers;
    const { id } = await raise(requester.actor, place);
    await accept(ada.actor, id);
    const texts = Array.from({ length: 40 }, (_, index) => `message ${index}`);
    for (const [index, text] of texts.entries()) {
      if (index === 12 || index === 27) await killStream();
      must(await requester.actor.post(`/emergencies/${id}/messages`, { text }));
      if (index % 20 === 10) await step(ada.actor, id, index < 20 ? 'on_way' : 'arrived');
    }
    await caughtUp(ada, id, requester.actor);
    const heard = ada.socket.of('message.created').map(({ data }) => data.text);
    expect(heard.slice(0, -1)).toEqual(texts);
    const numbers = ada.socket.events.filter(({ seq }) => seq !== null).map(({ seq }) => seq);
    expect(numbers).toEqual([2, 3, 4, 5]);
    expect(ada.socket.of('sync.required')).toEqual([]);
  });

  it('when history is lost: sync.required, pending alerts once more, and everything after it is delivered', async () => {
    const { place, requester, helpers } = await scene(server);
    const [ada, ben] = helpers;
    const moderator = await TestSocket.connect(await staff(server, 'moderator'));

    // The stream goes deaf, as after a pause that was longer than the history: what is committed now is never heard.
    const feed = server.get(ChangeFeed);
    Reflect.set(feed, 'deliver', () => undefined);
    const { id } = await raise(requester.actor, place);
    await accept(ada.actor, id);
    await eventually(() => expect(stream().resumeToken).toBeDefined());
    Reflect.deleteProperty(feed, 'deliver');
    expect(ben.socket.events).toEqual([]);

    // It can only resume from a point that the server does not have any more. The refusal is the server's own.
    const broken = stream();
    const forgotten = fromTheBeginningOfTime(broken.resumeToken);
    Object.defineProperty(broken, 'resumeToken', { get: () => forgotten });
    await eventually(async () => {
      if (stream() === broken) await killStream();
      expect(stream()).not.toBe(broken);
    });

    for (const { socket } of [requester, ada, ben]) {
      expect(await socket.event('sync.required')).toMatchObject({
        kind: 'server',
        subjectId: null,
        seq: null,
        data: {},
      });
    }
    expect((await ben.socket.event('emergency.created')).subjectId).toBe(id);
    const { data } = await requester.socket.ask<{ events: { seq: number }[] }>('emergency.join', {
      emergencyId: id,
      afterSeq: 0,
    });
    expect(data.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await step(ada.actor, id, 'on_way');
    expect((await requester.socket.event('helper.status_changed')).seq).toBe(4);
    // A role that was taken away unheard must not live on in an open socket.
    await moderator.closed();
  });
});

/** A resume token that names a moment before the oldest that any server still has. */
function fromTheBeginningOfTime(token: ResumeToken): ResumeToken {
  const { _data: data } = token as { _data: string };
  // The form: one byte of type (82), the timestamp in eight bytes, the rest.
  return { _data: `82${'00000001'.repeat(2)}${data.slice(18)}` };
}
