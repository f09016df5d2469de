import { must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  accept,
  cancel,
  decline,
  go,
  helpersAt,
  object,
  outcome,
  raise,
  resolve,
  sendAway,
  somewhere,
  step,
} from '../support/emergencies';
import { checkInvariants, isFree } from '../support/invariants';
import { startTwoNodes, together } from '../support/race';

const ROUNDS = 20;

/** Two nodes on one database, so that the database is what decides: on one node actions on an emergency run in turn. */
let server: TestApp;
let node: TestApp;
let close: () => Promise<void>;
const place = somewhere();
let helpers: TestActor[];
let requester: TestActor;

beforeAll(async () => {
  ({ server, node, close } = await startTwoNodes());
  const all = await helpersAt(server, place, 10);
  helpers = all.map((one, index) => (index % 2 === 0 ? one : one.on(node)));
  requester = (await register(server)).on(node);
}, 60_000);
afterAll(() => close());

const helper = (index: number): TestActor => helpers[index];

/** Runs a race many times, each on an emergency of its own, and ends it. */
async function rounds(
  race: (id: string, round: number) => Promise<void>,
  count = ROUNDS,
): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    const { id } = must(await raise(requester, { location: place })).data;
    await race(id, round);
    await checkInvariants(server, id);
    await resolve(requester, id);
    await checkInvariants(server, id);
    for (const one of helpers) expect(await isFree(server, one.objectId)).toBe(true);
  }
}

describe('At the same instant', () => {
  it('ten helpers accept and the requester resolves: the record is consistent every time', async () => {
    const accepted = new Set<number>();
    await rounds(async (id, round) => {
      const [answers, resolved] = await together(
        round,
        () => Promise.all(helpers.map((one) => accept(one, id))),
        async () => {
          await new Promise((done) => setTimeout(done, (round % 10) * 4));
          return resolve(requester, id);
        },
      );
      expect(resolved.status).toBe(200);
      const { emergency } = await checkInvariants(server, id);
      expect(emergency.status).toBe('resolved');
      const joined = answers.filter(({ status }) => status === 200).length;
      expect(emergency.responses).toHaveLength(joined);
      accepted.add(joined);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(outcome(answer)).toBe('409 INVALID_TRANSITION');
        expect(answer.error?.details).toEqual({ status: 'resolved' });
      }
    });
    // Otherwise it was no race.
    expect(accepted.size).toBeGreaterThan(1);
  }, 60_000);

  it('ten helpers accept, decline, set out and withdraw in all directions: consistent every time', async () => {
    await rounds(async (id) => {
      await Promise.all(
        helpers.map(async (one, index) => {
          await accept(one, id);
          await Promise.all([
            step(one, id, 'on_way'),
            index % 2 === 0 ? step(one, id, 'withdrawn') : decline(one, id),
            index % 3 === 0 ? accept(one, id) : step(one, id, 'arrived'),
          ]);
        }),
      );
    }, 6);
  }, 60_000);

  it('one helper accepts two emergencies: one of them wins, the other is 409', async () => {
    const another = await register(server);
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = must(await raise(requester, { location: place })).data.id;
      const two = must(await raise(another, { location: place })).data.id;
      const answers = await Promise.all([accept(helper(0), one), accept(helper(0).on(node), two)]);
      expect(answers.map(outcome).toSorted()).toEqual(['200', '409 CONFLICT']);
      for (const id of [one, two]) await checkInvariants(server, id);
      must(await cancel(requester, one));
      must(await cancel(another, two));
      expect(await isFree(server, helper(0).objectId)).toBe(true);
    }
  });

  it('one helper taps accept five times: one joins, the others are told that they have', async () => {
    await rounds(async (id) => {
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, tap) => accept(helper(0).on(tap % 2 ? node : server), id)),
      );
      const expected = ['200', ...Array.from({ length: 4 }, () => '409 ALREADY_RESPONDED')];
      expect(answers.map(outcome).toSorted()).toEqual(expected);
    }, 5);
  });

  it('accept and cancel: cancelled always, and the accept took place before or not at all', async () => {
    await rounds(async (id, round) => {
      const [accepted, cancelled] = await together(
        round,
        () => accept(helper(0), id),
        () => cancel(requester, id),
      );
      expect(cancelled.status).toBe(200);
      expect(['200', '409 INVALID_TRANSITION']).toContain(outcome(accepted));
      expect((await checkInvariants(server, id)).emergency.status).toBe('cancelled');
    });
  });

  it('resolve and cancel: one of them wins, the other is 409 with the status', async () => {
    await rounds(async (id, round) => {
      const answers = await together(
        round,
        () => resolve(requester, id),
        () => cancel(requester.on(server), id),
      );
      expect(answers.map(outcome).toSorted()).toEqual(['200', '409 INVALID_TRANSITION']);
    }, 10);
  });

  it('one accepts while the last responder withdraws: responding in the end, whoever was first', async () => {
    await rounds(async (id, round) => {
      must(await accept(helper(0), id));
      const answers = await together(
        round,
        () => accept(helper(1), id),
        () => step(helper(0), id, 'withdrawn'),
      );
      expect(answers.map(outcome)).toEqual(['200', '200']);
      expect((await checkInvariants(server, id)).emergency.status).toBe('responding');
    });
  });

  it('both responders withdraw: active in the end, opened again once', async () => {
    await rounds(async (id, round) => {
      must(await accept(helper(0), id));
      must(await accept(helper(1), id));
      const answers = await together(
        round,
        () => step(helper(0), id, 'withdrawn'),
        () => step(helper(1), id, 'withdrawn'),
      );
      expect(answers.map(outcome)).toEqual(['200', '200']);
      const { emergency, events } = await checkInvariants(server, id);
      expect(emergency.status).toBe('active');
      expect(events.filter(({ data }) => data.to === 'active')).toHaveLength(1);
    });
  });

  it('a helper withdraws and is sent away: gone once, for the one reason or the other', async () => {
    await rounds(async (id, round) => {
      must(await accept(helper(0), id));
      await together(
        round,
        () => step(helper(0), id, 'withdrawn'),
        () => sendAway(requester, id, helper(0)),
      );
      const { events } = await checkInvariants(server, id);
      expect(events.filter(({ type }) => type === 'helper.left')).toHaveLength(1);
    }, 10);
  });

  it('the last one completes while another accepts, or the requester objects: never resolved by itself', async () => {
    await rounds(async (id, round) => {
      await go(helper(0), id, 'arrived');
      await together(
        round,
        () => step(helper(0), id, 'completed'),
        () => (round % 2 === 0 ? accept(helper(1), id) : object(requester, id)),
      );
    }, 10);
  });

  it('a helper writes and is sent away: nothing is written after they left', async () => {
    await rounds(async (id, round) => {
      must(await accept(helper(0), id));
      await together(
        round,
        () => helper(0).post(`/emergencies/${id}/messages`, { text: 'On my way' }),
        () => sendAway(requester, id, helper(0)),
      );
      const all = await server.connection
        .collection('events')
        .find({ subject: new server.connection.base.Types.ObjectId(id) })
        .toArray();
      const left = all.find(({ type }) => type === 'helper.left');
      const written = all.find(({ type }) => type === 'message.created');
      // Both write the emergency, so one came first; the clock of this one process tells which.
      if (written) expect(Number(written.at)).toBeLessThanOrEqual(Number(left?.at));
    }, 10);
  });

  it('one message sent ten times by its clientId is written once', async () => {
    await rounds(async (id) => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () =>
          requester.post<{ id: string }>(`/emergencies/${id}/messages`, {
            text: 'Hi',
            clientId: 'm1',
          }),
        ),
      );
      expect(new Set(answers.map(({ status, data }) => `${status} ${data?.id}`)).size).toBe(1);
    }, 3);
  });
});
