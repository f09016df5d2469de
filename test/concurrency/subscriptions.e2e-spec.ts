import { Types } from 'mongoose';
import { DAY, later } from '../../src/common/time/clock';
import { adminOf, must, register } from '../support/actors';
import type { TestApp } from '../support/app';
import { join, see, withAdmins } from '../support/organizations';
import { refund } from '../support/payments';
import { startTwoNodes, together } from '../support/race';
import {
  cancel,
  change,
  paymentsOf,
  PERIOD,
  rowOf,
  seeSubscription,
  subscribe,
  subscribed,
  subscriptions,
  tellOf,
} from '../support/subscriptions';

const ROUNDS = 10;

describe('Subscriptions, on two nodes', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });
  afterAll(() => close());

  it('two who subscribe a subject at once: one does, and one payment is asked for', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // Two people: of one the database would notice by their account already.
      const { id, founder: payer, admins } = await withAdmins(server, 1);
      const [admin = payer] = admins;
      const answers = await together(
        round,
        () => subscribe(payer, 'organization', id, 'plus'),
        () => subscribe(admin.on(node), 'organization', id, 'pro'),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.error?.code).toBe('CONFLICT');
      const [mine, ...others] = await subscriptions(payer);
      expect(others).toEqual([]);
      expect(await paymentsOf(server, mine?.id ?? '')).toHaveLength(1);
    }
  });

  it('a cancellation and a renewal at once: it is renewed, and ends with what is paid', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer } = await subscribed(server);
      const before = await seeSubscription(payer, id);
      const [cancelled, told] = await together(
        round,
        () => cancel(payer.on(node), id),
        () => tellOf(server, 'renewed', id, { invoiceId: `next-${id}`, amountMinor: 1900 }),
      );
      expect([cancelled.status, told.status]).toEqual([200, 200]);
      const after = await seeSubscription(payer, id);
      expect(after).toMatchObject({ status: 'active', cancelAtPeriodEnd: true });
      expect(Date.parse(after.currentPeriodEnd ?? '')).toBe(
        Date.parse(before.currentPeriodEnd ?? '') + PERIOD,
      );
      expect(await paymentsOf(server, id)).toHaveLength(2);
    }
  });

  it('who joins as the tier ends is in or is not: the database counts, and the next is refused', async () => {
    const admin = await adminOf(server);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { payer, subject, payment } = await subscribed(server);
      await fill(subject, 25);
      const newcomer = await register(server);
      const [, joined] = await together(
        round,
        () => refund(admin, payment),
        () => join(newcomer.on(node), subject),
      );
      expect([201, 200, 409]).toContain(joined.status);
      const { inside } = must(await see(payer, subject)).data;
      expect(inside).toMatchObject({
        tier: 'free',
        capacity: 25,
        memberCount: joined.status === 409 ? 25 : 26,
      });
      expect((await join(await register(server), subject)).status).toBe(409);
    }
  });

  it('a change of plan and the end at once: it has ended, and the tier is free', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer, subject } = await subscribed(server);
      const [changed, ended] = await together(
        round,
        () => change(payer.on(node), id, 'organization_pro'),
        () => tellOf(server, 'ended', id),
      );
      expect([200, 409]).toContain(changed.status);
      expect(ended.status).toBe(200);
      expect((await seeSubscription(payer, id)).status).toBe('ended');
      expect(must(await see(payer, subject)).data.inside?.tier).toBe('free');
    }
  });

  it('news in any order and many times leave it as they would in order, each bill in the books once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, payer, subject } = await subscribed(server);
      const start = (await rowOf(server, id))?.currentPeriodEnd as Date;
      const news = [2, 3, 4].flatMap((number) => {
        const bill = {
          invoiceId: `bill-${id}-${number}`,
          amountMinor: 1900 + number,
          currentPeriodEnd: later(start, (number - 1) * PERIOD).toISOString(),
        };
        return [
          { type: 'renewal_failed', bill, event: `evt_failed_${id}_${number}` },
          { type: 'renewed', bill, event: `evt_paid_${id}_${number}` },
        ];
      });
      for (const { type, bill, event } of shuffled([...news, ...news, ...news])) {
        const to = Math.random() < 0.5 ? server : node;
        expect((await tellOf(to, type, id, bill, event)).status).toBe(200);
      }
      const after = await seeSubscription(payer, id);
      expect(after).toMatchObject({ status: 'active', graceUntil: null });
      expect(after.currentPeriodEnd).toBe(later(start, 3 * PERIOD).toISOString());
      const amounts = (await paymentsOf(server, id)).map(({ amountMinor }) => Number(amountMinor));
      expect(amounts.toSorted((a, b) => a - b)).toEqual([1900, 1902, 1903, 1904]);
      expect(must(await see(payer, subject)).data.inside?.tier).toBe('plus');
    }
  });

  it('a renewal that was paid after the end goes back by itself; one from before stays in the books', async () => {
    const { id, payer } = await subscribed(server);
    must(await tellOf(server, 'ended', id));
    server.clock.advance(DAY / 24);
    must(await tellOf(server, 'renewed', id, { invoiceId: `late-${id}`, amountMinor: 1900 }));
    expect((await seeSubscription(await payer.logIn(), id)).status).toBe('ended');
    const [, late] = await paymentsOf(server, id);
    expect(late).toMatchObject({ capturedMinor: 1900 });
    expect(Number(late?.refundingMinor) + Number(late?.refundedMinor)).toBe(1900);
  });

  async function fill(organization: string, memberCount: number): Promise<void> {
    await server.connection
      .collection('organizations')
      .updateOne({ _id: new Types.ObjectId(organization) }, { $set: { memberCount } });
  }
});

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
