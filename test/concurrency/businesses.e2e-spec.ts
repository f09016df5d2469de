import type { Document } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import type { BusinessDto } from '../../src/modules/businesses/dto/business.view.dto';
import { HOUR } from '../../src/common/time/clock';
import { UsersService } from '../../src/modules/users/users.service';
import { adminOf, must, register, staff, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  businessFields,
  look,
  openBusiness,
  promote,
  promotionFields,
} from '../support/businesses';
import { objectId, outcome } from '../support/emergencies';
import { patiently, startTwoNodes, together } from '../support/race';

const ROUNDS = 20;

/** Two nodes on one database, so that the database is what decides: on one node changes of a business run in turn. */
let server: TestApp;
let node: TestApp;
let close: () => Promise<void>;
let owner: TestActor;
let manager: TestActor;

beforeAll(async () => {
  ({ server, node, close } = await startTwoNodes());
  owner = await register(server);
  manager = (await register(server)).on(node);
}, 60_000);
afterAll(() => close());

/** A business of the owner's that the manager of the other node runs too. */
async function shared(): Promise<string> {
  const { id } = await openBusiness(owner);
  must(await owner.put(`/businesses/${id}/managers/${manager.id}`));
  return id;
}

/** How many of its promotions run at the busiest instant, counted hour by hour. */
function busiest({ promotions }: BusinessDto): number {
  const live = promotions.filter(({ state }) => state === 'scheduled' || state === 'running');
  const now = Date.now();
  return Math.max(
    ...Array.from({ length: 200 }, (_, hours) => {
      const instant = now + (hours + 0.5) * HOUR;
      return live.filter(
        ({ startsAt, endsAt }) => Date.parse(startsAt) <= instant && instant < Date.parse(endsAt),
      ).length;
    }),
  );
}

const sorted = (answers: { status: number }[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('At the same instant', () => {
  it('eight overlapping promotions of a free business: one is made, every time', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await shared();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => {
          const fields = promotionFields(server, 10 + index, 30 - index);
          const by = index % 2 === 0 ? owner : manager;
          return patiently(by, (self) => self.post(`/businesses/${id}/promotions`, fields));
        }),
      );
      expect(sorted(answers)).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
      for (const answer of answers.filter(({ status }) => status === 409)) {
        expect(answer.error).toMatchObject({
          code: 'CONFLICT',
          details: { tier: 'free', promotionsAtOnce: 1 },
        });
      }
      const after = await look(owner, id);
      expect(after.promotions).toHaveLength(1);
      expect(busiest(after)).toBe(1);
    }
  }, 120_000);

  it('two promotions that are moved into each other’s time: one moves, every time', async () => {
    const winners = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await shared();
      const early = await promote(server, owner, id, 10, 20);
      const late = await promote(server, owner, id, 40, 50);
      const move = (who: TestActor, promotion: string, from: number, to: number) => {
        const { startsAt, endsAt } = promotionFields(server, from, to);
        return who.patch(`/businesses/${id}/promotions/${promotion}`, { startsAt, endsAt });
      };
      const [first, second] = await together(
        round,
        () => move(owner, early.id, 10, 35),
        () => move(manager, late.id, 25, 50),
      );
      expect(sorted([first, second])).toEqual([200, 409]);
      winners.add(first.status === 200 ? 'early' : 'late');
      expect(busiest(await look(owner, id))).toBe(1);
    }
    // Otherwise it was no race.
    expect(winners.size).toBe(2);
  }, 120_000);

  it('a manager changes the business and is removed: nothing of theirs comes after their removal', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await shared();
      const [changed, removed] = await together(
        round,
        () => manager.patch(`/businesses/${id}`, { description: 'Changed.' }),
        () => owner.delete(`/businesses/${id}/managers/${manager.id}`),
      );
      expect(removed.status).toBe(200);
      expect(['200', '403 FORBIDDEN']).toContain(outcome(changed));
      outcomes.add(outcome(changed));
      const types = (await timeline(id)).slice(2);
      expect(types).toEqual(
        changed.status === 200
          ? ['business.updated', 'business.manager_removed']
          : ['business.manager_removed'],
      );
      expect((await look(owner, id)).description === 'Changed.').toBe(changed.status === 200);
    }
    expect(outcomes.size).toBeGreaterThan(0);
  }, 60_000);

  it('a business is verified and renamed: no name is verified that nobody looked at', async () => {
    const moderator = (await staff(server, 'moderator')).on(node);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, revision } = await openBusiness(owner);
      const [renamed, verified] = await together(
        round,
        () => owner.patch(`/businesses/${id}`, { name: 'The National Bank' }),
        () => moderator.patch(`/admin/businesses/${id}`, { verified: true, revision }),
      );
      expect(renamed.status).toBe(200);
      expect(['200', '409 CONFLICT']).toContain(outcome(verified));
      expect(await look(owner, id)).toMatchObject({ verified: false, revision: 2 });
    }
  }, 60_000);

  it('four people become managers where there is room for two: two do', async () => {
    const people = await Promise.all(Array.from({ length: 22 }, () => register(server)));
    const { id } = await openBusiness(owner);
    const add = (on: TestApp, one: TestActor | undefined) =>
      owner.on(on).put(`/businesses/${id}/managers/${one?.id}`);
    for (const one of people.slice(0, 18)) must(await add(server, one));
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(
        people.slice(18).map((one, index) => add(index % 2 === 0 ? server : node, one)),
      );
      expect(sorted(answers)).toEqual([200, 200, 409, 409]);
      const { managers } = await look(owner, id);
      expect(managers).toHaveLength(20);
      for (const one of managers?.slice(18) ?? []) {
        must(await owner.delete(`/businesses/${id}/managers/${one.id}`));
      }
    }
  }, 60_000);
});

describe('At the same instant as something becomes of an account', () => {
  it('its erasure: no business of theirs is left, nor do they manage one', async () => {
    const outcomes = new Set<string>();
    // How long an erasure takes here: from round to round the others come later in it.
    let takes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const leaving = await register(server);
      const { id } = await openBusiness(owner);
      const meanwhile = () => delay((takes * (round % 5)) / 4);
      const erase = async () => {
        const began = Date.now();
        must(await leaving.on(node).delete('/users/me', { password: leaving.password }));
        takes = Date.now() - began;
      };
      const [opened, added] = await Promise.all([
        meanwhile().then(() => leaving.post('/businesses', businessFields())),
        meanwhile().then(() => owner.put(`/businesses/${id}/managers/${leaving.id}`)),
        erase(),
      ]);
      outcomes.add(`${opened.status} ${added.status}`);
      expect(await stored({ owner: leaving.objectId })).toBe(0);
      expect(await stored({ managers: leaving.objectId })).toBe(0);
    }
    expect(outcomes.size).toBeGreaterThan(1);
  }, 60_000);

  it('its suspension: every business of theirs is hidden', async () => {
    const admin = (await adminOf(server)).on(node);
    for (let round = 0; round < ROUNDS; round += 1) {
      const bad = await register(server);
      await together(
        round,
        () => bad.post('/businesses', businessFields()),
        async () => must(await admin.patch(`/admin/users/${bad.id}`, { status: 'suspended' })),
      );
      expect(await stored({ owner: bad.objectId, ownerHidden: false })).toBe(0);
    }
  }, 60_000);

  it('a block: neither manages the business of the other', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await openBusiness(owner);
      const other = await register(server);
      const [blocker, blocked] = round % 2 === 0 ? [owner, other] : [other, owner];
      const [added] = await together(
        round,
        () => owner.put(`/businesses/${id}/managers/${other.id}`),
        async () => must(await blocker.on(node).put(`/users/me/blocks/${blocked.id}`)),
      );
      expect([200, 404]).toContain(added.status);
      expect(await stored({ owner: owner.objectId, managers: other.objectId })).toBe(0);
    }
  }, 60_000);
});

describe('A block that commits after the owner’s request was looked at, and before it is written', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each(['owner', 'other'])('by the %s lets nobody become a manager', async (who) => {
    const { id } = await openBusiness(owner);
    const other = await register(server);
    const [blocker, blocked] = who === 'owner' ? [owner, other] : [other, owner];
    const users = server.get(UsersService);
    const look = users.publicProfile.bind(users);
    jest.spyOn(users, 'publicProfile').mockImplementationOnce(async (...about) => {
      const profile = await look(...about);
      must(await blocker.on(node).put(`/users/me/blocks/${blocked.id}`));
      return profile;
    });
    const added = await owner.put(`/businesses/${id}/managers/${other.id}`);
    expect(outcome(added)).toBe('404 NOT_FOUND');
    expect(await stored({ owner: owner.objectId, managers: other.objectId })).toBe(0);
  });
});

const stored = (filter: Document): Promise<number> =>
  server.connection.collection('businesses').countDocuments(filter);

async function timeline(id: string): Promise<string[]> {
  const events = await server.connection
    .collection('events')
    .find({ kind: 'business', subject: objectId(server, id) })
    .sort({ seq: 1 })
    .toArray();
  return events.map(({ type }) => String(type));
}
