import { OrganizationAccess } from '../../src/modules/organizations/organization.access';
import {
  adminOf,
  type Answer,
  must,
  register,
  type TestActor,
  uniqueEmail,
} from '../support/actors';
import type { TestApp } from '../support/app';
import {
  accept,
  checkRoster,
  found,
  give,
  handOver,
  invitations,
  invite,
  join,
  joined,
  joinRequests,
  leave,
  outcome,
  remove,
  tokenFor,
  verifyEmail,
  withAdmins,
} from '../support/organizations';
import { patiently, startTwoNodes, together } from '../support/race';

jest.setTimeout(180_000);

let server: TestApp;
/** Where the other thing happens. */
let node: TestApp;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ server, node, close } = await startTwoNodes());
}, 60_000);
afterEach(() => jest.restoreAllMocks());
afterAll(() => close());

/** The same people, half of them on the other node. */
const spread = (people: TestActor[]): TestActor[] =>
  people.map((person, index) => (index % 2 === 0 ? person : person.on(node)));

async function crowd(count: number): Promise<TestActor[]> {
  const people: TestActor[] = [];
  for (let from = 0; from < count; from += 10) {
    const some = Array.from({ length: Math.min(10, count - from) }, () => register(server));
    people.push(...(await Promise.all(some)));
  }
  return people;
}

function tally(answers: Answer<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[outcome(answer)] = (counts[outcome(answer)] ?? 0) + 1;
  return counts;
}

/** Of two who exclude each other one came through, and the other was told why not. */
function expectOne(answers: Answer<unknown>[]): void {
  const [first, second] = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect([first, second]).toEqual([200, expect.any(Number)]);
  expect([403, 409]).toContain(second);
}

describe('The capacity of an organization', () => {
  it('holds when fifty people join at once', async () => {
    const people = await crowd(50);
    for (let round = 0; round < 6; round += 1) {
      const { id } = await found(await register(server));
      const answers = await Promise.all(
        spread(people).map((person) => patiently(person, (self) => join(self, id))),
      );
      expect(tally(answers)).toEqual({ 200: 24, '409 CONFLICT': 26 });
      expect(await checkRoster(server, id)).toHaveLength(25);
    }
  });

  it('holds when they come by every door at once', async () => {
    const people = await crowd(42);
    for (const person of people.slice(28)) await verifyEmail(server, person);
    for (let round = 0; round < 3; round += 1) {
      const founder = await register(server);
      const { id } = await found(founder, { joinPolicy: 'request' });
      for (const person of people.slice(14, 28)) must(await join(person, id));
      for (const { email } of people.slice(28)) must(await invite(founder, id, email));
      const requests = must(await joinRequests(founder, id)).data.items;
      const tokens = await Promise.all(
        people.slice(28).map(({ email }) => tokenFor(server, email, round + 1)),
      );
      must(await founder.patch(`/organizations/${id}`, { joinPolicy: 'open' }));
      const answers = await Promise.all([
        ...spread(people.slice(0, 14)).map((person) => patiently(person, (self) => join(self, id))),
        ...requests.map((request, index) =>
          patiently(founder.on(index % 2 === 0 ? server : node), (self) =>
            self.post(`/organizations/${id}/join-requests/${request.id}/approve`),
          ),
        ),
        ...spread(people.slice(28)).map((person, index) =>
          patiently(person, (self) => accept(self, tokens[index] ?? '')),
        ),
      ]);
      expect(tally(answers)).toEqual({ 200: 24, '409 CONFLICT': 18 });
      expect(await checkRoster(server, id)).toHaveLength(25);
    }
  });

  it('is what is on disk at every instant while people come and go', async () => {
    const people = await crowd(40);
    const founder = await register(server);
    const { id } = await found(founder);
    for (let round = 0; round < 10; round += 1) {
      const acts = spread(people).map((person, index) => {
        if ((index + round) % 3 === 0) return patiently(person, (self) => leave(self, id));
        return patiently(person, (self) => join(self, id));
      });
      const looks = Array.from({ length: 5 }, () => checkRoster(node, id));
      const answers = await Promise.all(acts);
      await Promise.all(looks);
      for (const { status } of answers) expect([200, 403, 409]).toContain(status);
      await checkRoster(server, id);
    }
  });
});

describe('Somebody who joins twenty times at once', () => {
  it('is a member once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await found(await register(server));
      const person = await register(server);
      const answers = await Promise.all(
        spread(Array.from({ length: 20 }, () => person)).map((one) =>
          patiently(one, (self) => join(self, id)),
        ),
      );
      expect(tally(answers)).toEqual({ 200: 20 });
      expect(await checkRoster(server, id)).toHaveLength(2);
    }
  });

  it('asks to be let in once, and is let in once by twenty approvals', async () => {
    for (let round = 0; round < 5; round += 1) {
      const founder = await register(server);
      const { id } = await found(founder, { joinPolicy: 'request' });
      const person = await register(server);
      await Promise.all(
        spread(Array.from({ length: 20 }, () => person)).map((one) =>
          patiently(one, (self) => join(self, id)),
        ),
      );
      const { items } = must(await joinRequests(founder, id)).data;
      expect(items).toHaveLength(1);
      const approve = `/organizations/${id}/join-requests/${items[0]?.id}/approve`;
      const answers = await Promise.all(
        spread(Array.from({ length: 20 }, () => founder)).map((one) =>
          patiently(one, (self) => self.post(approve)),
        ),
      );
      expect(tally(answers)).toEqual({ 200: 20 });
      expect(await checkRoster(server, id)).toHaveLength(2);
    }
  });

  it('comes in once by an invitation, and it is used up', async () => {
    for (let round = 0; round < 8; round += 1) {
      const founder = await register(server);
      const { id } = await found(founder, { joinPolicy: 'invitation' });
      const person = await verifyEmail(server, await register(server));
      must(await invite(founder, id, person.email));
      const token = await tokenFor(server, person.email);
      const answers = await Promise.all(
        spread(Array.from({ length: 20 }, () => person)).map((one) =>
          patiently(one, (self) => accept(self, token)),
        ),
      );
      expect(tally(answers)).toEqual({ 200: 20 });
      expect(await checkRoster(server, id)).toHaveLength(2);
      const used = await server.connection.collection('events').countDocuments({
        subject: (await rowOf(id, person)).organization,
        'data.userId': person.objectId,
      });
      expect(used).toBe(1);
    }
  });

  it('takes a place once while they leave and join at the same time', async () => {
    const { id } = await found(await register(server));
    const person = await register(server);
    for (let round = 0; round < 15; round += 1) {
      await together(
        round,
        () => join(person, id),
        () => leave(person.on(node), id),
      );
      expect((await checkRoster(server, id)).length).toBeLessThanOrEqual(2);
    }
  });
});

describe('Ten invitations of one address at once', () => {
  it('are one invitation', async () => {
    for (let round = 0; round < 5; round += 1) {
      const founder = await register(server);
      const { id } = await found(founder);
      const email = uniqueEmail();
      const answers = await Promise.all(
        spread(Array.from({ length: 10 }, () => founder)).map((one) =>
          patiently(one, (self) => invite(self, id, email)),
        ),
      );
      expect(tally(answers)).toEqual({ 201: 10 });
      expect(new Set(answers.map(({ data }) => data.id)).size).toBe(1);
      expect(must(await invitations(founder, id)).data.items).toHaveLength(1);
    }
  });
});

describe('The last two admins', () => {
  const erase = (actor: TestActor) => actor.delete('/users/me', { password: actor.password });
  const suspend = async (actor: TestActor) =>
    (await adminOf(server)).on(node).patch(`/admin/users/${actor.id}`, { status: 'suspended' });

  type Going = (actor: TestActor, id: string) => Promise<Answer<unknown>>;
  const ways: Record<string, Going> = {
    leave,
    'demote themselves': (actor, id) => give(actor, id, actor.id, { role: 'member' }),
    'are erased': (actor) => erase(actor),
    'are suspended': (actor) => suspend(actor),
  };
  const pairs = Object.keys(ways).flatMap((one, index) =>
    Object.keys(ways)
      .slice(index)
      .map((other): [string, string] => [one, other]),
  );

  it.each(pairs)('%s and %s at the same time: one of them stays', async (one, other) => {
    for (let round = 0; round < 5; round += 1) {
      const { id, founder, admins } = await withAdmins(server, 1);
      const [second] = admins;
      if (!second) throw new Error('no admin');
      const answers = await together(
        round,
        () => ways[one](founder, id),
        () => ways[other](second.on(node), id),
      );
      expectOne(answers);
      await checkRoster(server, id);
    }
  });

  it('beside the owner demote or remove each other: one of them does', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, admins } = await withAdmins(server, 2);
      const [second, third] = admins;
      if (!second || !third) throw new Error('no admins');
      const against = (by: TestActor, target: TestActor): Promise<Answer<unknown>> =>
        round % 2 === 0 ? give(by, id, target.id, { role: 'member' }) : remove(by, id, target.id);
      const answers = await together(
        round,
        () => against(second, third),
        () => against(third.on(node), second),
      );
      expectOne(answers);
      await checkRoster(server, id);
    }
  });

  it('are never both gone when one hands over to the other, who leaves', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, founder, admins } = await withAdmins(server, 1);
      const [second] = admins;
      if (!second) throw new Error('no admin');
      const [handed, left] = await together(
        round,
        () => handOver(founder, id, second.id),
        () => leave(second.on(node), id),
      );
      expect(left.status).toBe(200);
      expect([200, 404]).toContain(handed.status);
      await checkRoster(server, id);
    }
  });
});

describe('Somebody who is losing a right', () => {
  /** Lets something happen after a right was looked at, and before what is done by it is written. */
  function betweenLookAndWrite(happens: () => Promise<unknown>): void {
    const access = server.get(OrganizationAccess);
    const look = access.seeAs.bind(access);
    jest.spyOn(access, 'seeAs').mockImplementationOnce(async (...args) => {
      const seen = await look(...args);
      await happens();
      return seen;
    });
  }

  it('approves, invites, removes and promotes nobody by it', async () => {
    const { id, founder, admins } = await withAdmins(server, 1);
    const [admin] = admins;
    const member = await joined(server, id);
    const applicant = await register(server);
    must(await founder.patch(`/organizations/${id}`, { joinPolicy: 'request' }));
    must(await join(applicant, id));
    const [request] = must(await joinRequests(founder, id)).data.items;
    if (!admin) throw new Error('no admin');
    const acts: (() => Promise<Answer<unknown>>)[] = [
      () => admin.post(`/organizations/${id}/join-requests/${request?.id}/approve`),
      () => invite(admin, id, uniqueEmail()),
      () => remove(admin, id, member.id),
      () => give(admin, id, member.id, { role: 'admin' }),
      () => admin.patch(`/organizations/${id}`, { name: 'Mine' }),
    ];
    for (const act of acts) {
      must(await give(founder, id, admin.id, { role: 'admin' }));
      betweenLookAndWrite(async () =>
        must(await give(founder.on(node), id, admin.id, { role: 'member' })),
      );
      expect(outcome(await act())).toBe('403 FORBIDDEN');
    }
    expect(await checkRoster(server, id)).toHaveLength(3);
    expect(must(await invitations(founder, id)).data.items).toEqual([]);
  });

  it('as a moderator, whose loss changes no count, removes and turns away nobody by it', async () => {
    const founder = await register(server);
    const { id } = await found(founder);
    const [moderator, member] = [await joined(server, id), await joined(server, id)];
    const applicant = await register(server);
    must(await founder.patch(`/organizations/${id}`, { joinPolicy: 'request' }));
    must(await join(applicant, id));
    const [request] = must(await joinRequests(founder, id)).data.items;
    const acts: (() => Promise<Answer<unknown>>)[] = [
      () => moderator.post(`/organizations/${id}/join-requests/${request?.id}/reject`),
      () => remove(moderator, id, member.id),
    ];
    for (const act of acts) {
      must(await give(founder, id, moderator.id, { role: 'moderator' }));
      betweenLookAndWrite(async () =>
        must(await give(founder.on(node), id, moderator.id, { role: 'member' })),
      );
      expect(outcome(await act())).toBe('403 FORBIDDEN');
    }
    expect(await checkRoster(server, id)).toHaveLength(3);
    expect(must(await joinRequests(founder, id)).data.items).toHaveLength(1);
  });

  it('is in or out, never half: a join that meets the removal of the organization', async () => {
    for (let round = 0; round < 10; round += 1) {
      const founder = await register(server);
      const { id } = await found(founder);
      const person = await register(server);
      const [, removed] = await together(
        round,
        () => join(person, id),
        () => founder.on(node).delete(`/organizations/${id}`),
      );
      expect(removed.status).toBe(200);
      expect(await checkRoster(server, id)).toEqual([]);
    }
  });

  it('is in or out, never half: a join that meets the closing of the door', async () => {
    for (let round = 0; round < 10; round += 1) {
      const founder = await register(server);
      const { id } = await found(founder);
      const person = await register(server);
      const [answer] = await together(
        round,
        () => join(person, id),
        () => founder.on(node).patch(`/organizations/${id}`, { joinPolicy: 'invitation' }),
      );
      expect(['200', '403 FORBIDDEN', '404 NOT_FOUND']).toContain(outcome(answer));
      expect(await checkRoster(server, id)).toHaveLength(answer.status === 200 ? 2 : 1);
    }
  });

  it('is in or out, never half: a join that meets the erasure or suspension of the account', async () => {
    const admin = await adminOf(server);
    for (let round = 0; round < 10; round += 1) {
      const { id } = await found(await register(server));
      const person = await register(server);
      await together(
        round,
        () => join(person, id),
        () =>
          round % 2 === 0
            ? person.on(node).delete('/users/me', { password: person.password })
            : admin.on(node).patch(`/admin/users/${person.id}`, { status: 'suspended' }),
      );
      const rows = await checkRoster(server, id);
      const own = rows.filter(({ user }) => user.equals(person.objectId));
      if (round % 2 === 0) expect(own).toEqual([]);
      else expect(own.every(({ suspended }) => suspended)).toBe(true);
    }
  });
});

async function rowOf(id: string, person: TestActor) {
  const rows = await checkRoster(server, id);
  const row = rows.find(({ user }) => user.equals(person.objectId));
  if (!row) throw new Error('no member');
  return row;
}
