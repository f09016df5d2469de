import { must, type TestActor, verifiedHelper } from '../support/actors';
import type { TestApp } from '../support/app';
import { resolve, somewhere } from '../support/emergencies';
import { startTwoNodes, together } from '../support/race';
import {
  confirm,
  confirmedRescue,
  ordinaryPerson,
  ownTrust,
  rescue,
  trustEvents,
} from '../support/trust';
import { cachedScore, differing, people, takeStep } from '../support/trust-ledger';

const ROUNDS = 12;

describe('Trust earned on two nodes at once', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  }, 60_000);
  afterAll(() => close());

  it('counts a confirmation that is sent twice once', async () => {
    const place = somewhere();
    const helper = await verifiedHelper(server, place);
    for (let round = 0; round < 6; round += 1) {
      const requester = await ordinaryPerson(server);
      const id = await rescue(requester, helper, place);
      must(await resolve(requester, id));
      const answers = await together(
        round,
        () => confirm(requester, id, helper),
        () => confirm(requester.on(node), id, helper),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await trustEvents(helper)).toHaveLength(round + 1);
    }
  });

  it('leaves the score of both confirmations of one helper', async () => {
    const place = somewhere();
    const helper = await verifiedHelper(server, place);
    const open: { requester: TestActor; id: string }[] = [];
    for (let count = 0; count < 4; count += 1) {
      const requester = await ordinaryPerson(server);
      const id = await rescue(requester, helper, place);
      must(await resolve(requester, id));
      open.push({ requester, id });
    }
    await Promise.all(
      open.map(({ requester, id }, index) =>
        confirm(requester.on(index % 2 ? node : server), id, helper).then(must),
      ),
    );
    // Four on a day: three count.
    expect(await ownTrust(helper)).toMatchObject({ earned: 300, people: 4 });
    expect(await differing(server)).toBe(0);
  });

  it('leaves two people nothing who confirm each other at the same instant', async () => {
    const place = somewhere();
    for (let round = 0; round < 4; round += 1) {
      const [one, other] = [
        await verifiedHelper(server, place),
        await verifiedHelper(server, place),
      ];
      const first = await rescue(one, other, place);
      must(await resolve(one, first));
      const second = await rescue(other, one, place);
      must(await resolve(other, second));
      await together(
        round,
        () => confirm(one, first, other).then(must),
        () => confirm(other.on(node), second, one).then(must),
      );
      for (const person of [one, other]) {
        expect(await ownTrust(person)).toMatchObject({ earned: 0, trustScore: 500 });
      }
      expect(await trustEvents(one)).toHaveLength(1);
    }
  });

  it('sees a circle close whose last links come at the same instant', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [helper, a, b, c] = await people(server, 4);
      if (!helper || !a || !b || !c) throw new Error('Too few');
      // All four with full standing.
      await server.connection
        .collection('users')
        .updateMany({ _id: { $in: [a, b, c] } }, { $set: { emailVerified: true } });
      await takeStep(server, { does: 'rescue', helper, by: a });
      await takeStep(server, { does: 'rescue', helper, by: b });
      await takeStep(server, { does: 'rescue', helper: a, by: b });
      await together(
        round,
        () => takeStep(server, { does: 'rescue', helper, by: c }),
        () => takeStep(node, { does: 'rescue', helper: b, by: c }),
      );
      // Two of the circle of three count.
      expect(await cachedScore(server, helper)).toBe(643);
    }
    expect(await differing(server)).toBe(0);
  });

  it('takes what a report loses from what is earned at the same instant', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [helper, by] = await people(server, 2);
      if (!helper || !by) throw new Error('Too few');
      await together(
        round,
        () => takeStep(server, { does: 'rescue', helper, by }),
        () => takeStep(node, { does: 'report', subject: helper }),
      );
      // 312.5, less what a point ages in a moment.
      expect([312, 313]).toContain(await cachedScore(server, helper));
    }
  });

  it('is not lost by a rebuild at the same instant', async () => {
    const place = somewhere();
    const helper = await verifiedHelper(server, place);
    await confirmedRescue(await ordinaryPerson(server), helper, place);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [by] = await people(server, 1);
      if (!by) throw new Error('Too few');
      await together(
        round,
        () => takeStep(server, { does: 'rescue', helper: helper.objectId, by }),
        () => differing(node),
      );
    }
    expect(await differing(server)).toBe(0);
    expect(await trustEvents(helper)).toHaveLength(ROUNDS + 1);
  });
});
