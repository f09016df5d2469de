import { Types } from 'mongoose';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { Notices } from '../../src/modules/notifications/notices';
import { must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { inboxOf } from '../support/notifications';
import { startTwoNodes, together } from '../support/race';
import { closeSockets, TestSocket } from '../support/sockets';

describe('Two devices that read at the same instant', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  }, 60_000);
  afterEach(closeSockets);
  afterAll(() => close());

  /** Tells somebody two things. @returns what they are called in the inbox. */
  async function tellTwice(to: TestActor): Promise<string[]> {
    await server.get(TransactionRunner).run((session) =>
      server.get(Notices).notify(
        session,
        ['first', 'second'].map((key) => ({
          to: to.objectId,
          kind: 'booking.requested',
          subject: { kind: 'booking', id: new Types.ObjectId() },
          key,
        })),
      ),
    );
    return (await inboxOf(to)).map(({ id }) => id);
  }

  it('are told in the end that nothing is left, on the socket and by one of the answers', async () => {
    for (let round = 0; round < 12; round += 1) {
      const sam = await register(server);
      const [one, other] = await tellTwice(sam);
      const socket = await TestSocket.connect(sam);
      const answers = await together(
        round,
        () => sam.post<{ count: number }>('/notifications/read', { ids: [one] }),
        () => sam.on(node).post<{ count: number }>('/notifications/read', { ids: [other] }),
      );
      expect(Math.min(...answers.map((answer) => must(answer).data.count))).toBe(0);
      await eventually(() => {
        const told = socket.of('notification.read').map(({ data }) => data.unread);
        expect(told).toHaveLength(2);
        expect(told.at(-1)).toBe(0);
      });
    }
  });
});
