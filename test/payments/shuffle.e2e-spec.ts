import { Types } from 'mongoose';
import { Random } from '../../src/demo/random';
import { adminOf } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  deliver,
  expectBalanced,
  pendingPayment,
  seePayment,
  told,
  type Told,
} from '../support/payments';
import { startTwoNodes } from '../support/race';

const DELIVERIES = 1000;
const AT_ONCE = 8;

interface Plot {
  events: (id: string) => Told[];
  status: string;
  captured: number;
  refunded: number;
}

const PRICE = 2500;
/** What is told of a payment, and where it must end in whatever order. */
const PLOTS: Plot[] = [
  {
    events: (id) => [told('processing', id), told('succeeded', id, { amountMinor: PRICE })],
    status: 'succeeded',
    captured: PRICE,
    refunded: 0,
  },
  {
    events: (id) => [told('processing', id), told('failed', id)],
    status: 'failed',
    captured: 0,
    refunded: 0,
  },
  {
    events: (id) => [told('processing', id), told('cancelled', id)],
    status: 'cancelled',
    captured: 0,
    refunded: 0,
  },
  {
    events: (id) => [
      told('processing', id),
      told('succeeded', id),
      told('refunded', id, { amountMinor: 1000 }),
      told('refunded', id, { amountMinor: 1000 }),
    ],
    status: 'partially_refunded',
    captured: PRICE,
    refunded: 2000,
  },
  {
    events: (id) => [
      told('succeeded', id),
      told('refunded', id, { amountMinor: 1 }),
      told('refunded', id, { amountMinor: 1499 }),
      told('refunded', id, { amountMinor: 1000 }),
    ],
    status: 'refunded',
    captured: PRICE,
    refunded: PRICE,
  },
];

describe('A thousand deliveries', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });
  afterAll(() => close());

  it('shuffled, repeated and spread over two nodes leave the right state', async () => {
    const random = new Random(20261122);
    const once: Told[] = [];
    const expected: (Plot & { id: string })[] = [];
    for (let made = 0; made < 15; made += 1) {
      const plot = PLOTS[made % PLOTS.length];
      if (!plot) throw new Error('A plot.');
      const { id } = await pendingPayment(server);
      once.push(...plot.events(id));
      expected.push({ ...plot, id });
    }
    // Each at least once, all others repeats.
    const repeats = Array.from(
      { length: DELIVERIES - once.length },
      () => once[Math.floor(random.next() * once.length)],
    );
    const deliveries = random.shuffled([...once, ...repeats]);
    expect(deliveries).toHaveLength(DELIVERIES);

    const statuses = new Map<number, number>();
    const queue = deliveries.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, worker) => {
        for (const event of queue) {
          if (!event) throw new Error('An event.');
          const { status } = await deliver(worker % 2 === 0 ? server : node, event);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    expect([...statuses]).toEqual([[200, DELIVERIES]]);

    const admin = await adminOf(server);
    for (const { id, status, captured, refunded } of expected) {
      expect(await seePayment(admin, id)).toMatchObject({
        status,
        captured: { amountMinor: captured },
        refunded: { amountMinor: refunded },
        refunding: { amountMinor: 0 },
      });
      await expectBalanced(server, id);
    }
    // Every event of the timeline once, in a row.
    const events = server.connection.collection('events');
    for (const { id } of expected) {
      const subject = new Types.ObjectId(id);
      const payment = await server.connection.collection('payments').findOne({ _id: subject });
      const seqs = await events
        .find({ kind: 'payment', subject })
        .sort({ seq: 1 })
        .map(({ seq }) => Number(seq))
        .toArray();
      expect(seqs).toEqual(Array.from({ length: Number(payment?.seq) }, (_, index) => index + 1));
    }
  });
});
