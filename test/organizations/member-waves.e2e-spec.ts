import { AsyncLocalStorage } from 'node:async_hooks';
import type { CommandStartedEvent } from 'mongodb';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECOND } from '../../src/common/time/clock';
import { AlertSources } from '../../src/modules/emergencies/dispatch/alert-sources';
import { Dispatcher } from '../../src/modules/emergencies/dispatch/dispatcher';
import { MemberDispatcher } from '../../src/modules/emergencies/dispatch/member-dispatcher';
import { MemberDiscovery } from '../../src/modules/emergencies/dispatch/member-discovery';
import { WaveLeases } from '../../src/modules/emergencies/dispatch/wave-leases';
import { must, register, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { objectId, raise, somewhere, sweep } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { checkInvariants, recordOf } from '../support/invariants';
import { Scrape } from '../support/metrics';
import { startTwoNodes, together } from '../support/race';
import { enrol, house, ids, membersTold, told } from './neighbourhood';

const LEASE = 10 * SECOND;

describe('The wave to members', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => close());

  /** As if the node were killed as soon as it has answered: what is due is left to whoever finds it. */
  function killedAfterTheAnswer(): void {
    for (const one of [server, node]) {
      jest.spyOn(one.get(MemberDispatcher), 'runSoon').mockImplementation(() => undefined);
    }
  }

  /** Both sweepers do nothing by themselves until the mocks are restored. */
  function withoutSweepers(): void {
    for (const one of [server, node]) {
      jest.spyOn(one.get(MemberDispatcher), 'due').mockResolvedValue([]);
    }
  }

  it('is made up for by the sweeper of any node, where the one that took the SOS was killed', async () => {
    killedAfterTheAnswer();
    const { place, requester, members } = await house(server, [300]);
    const { id } = must(await raise(requester, { location: place })).data;
    await sweep(node);
    await membersTold(server, id);
    expect(await told(server, id)).toEqual(ids(members));
  });

  it('is counted as backlog, on every node, while no node takes it up', async () => {
    killedAfterTheAnswer();
    withoutSweepers();
    const { place, requester } = await house(server, [300]);
    const { id } = must(await raise(requester, { location: place })).data;
    const backlog = async (of: TestApp) =>
      (await Scrape.of(of)).value('allynet_dispatch_backlog', { work: 'members' });
    for (const one of [server, node]) one.clock.advance(2 * SECOND);
    await eventually(async () =>
      expect([await backlog(server), await backlog(node)]).toEqual([1, 1]),
    );
    jest.restoreAllMocks();
    await sweep(node);
    await membersTold(server, id);
    await eventually(async () => expect(await backlog(server)).toBe(0));
    expect(
      (await Scrape.of(node)).histogram('allynet_sweeper_lag_seconds', { work: 'members' }).sum,
    ).toBeGreaterThanOrEqual(2);
  });

  it('is finished by another node when the one that began it was killed, and writes nothing should that one wake up', async () => {
    killedAfterTheAnswer();
    withoutSweepers();
    const { place, requester, members } = await house(server, [300]);
    const { id } = must(await raise(requester, { location: place })).data;
    const key = objectId(server, id);
    const paused = await server.get(WaveLeases).claim('dispatch.members.dueAt', key);
    if (!paused) throw new Error('Nothing was due.');
    const { emergency } = await recordOf(server, id);
    const waiting = node.get(MemberDispatcher);
    await waiting.run(emergency);
    expect(await told(server, id)).toEqual([]);
    server.clock.advance(LEASE);
    node.clock.advance(LEASE);
    await waiting.run(emergency);
    expect(await told(server, id)).toEqual(ids(members));
    const before = await recordOf(server, id);
    const audiences = await server.get(AlertSources).audiencesOf(requester.objectId);
    await server.get(MemberDispatcher).runWave(paused, audiences);
    expect(await recordOf(server, id)).toEqual(before);
  });

  it('tells nobody when the person in need stopped sharing while it was under way, nor who has left meanwhile', async () => {
    killedAfterTheAnswer();
    withoutSweepers();
    for (const end of ['share', 'leave'] as const) {
      const { id: organization, place, requester, members } = await house(server, [300, 400]);
      const { id } = must(await raise(requester, { location: place })).data;
      const { emergency } = await recordOf(server, id);
      const discovery = server.get(MemberDiscovery);
      const candidates = discovery.candidates.bind(discovery);
      jest.spyOn(discovery, 'candidates').mockImplementationOnce(async (search) => {
        const found = await candidates(search);
        const path = `/organizations/${organization.toHexString()}`;
        must(
          end === 'share'
            ? await requester.patch(`${path}/members/me`, { shareEmergencies: false })
            : await members[0]?.post(`${path}/leave`),
        );
        return found;
      });
      await server.get(MemberDispatcher).run(emergency);
      expect(await told(server, id)).toEqual(end === 'share' ? [] : ids(members.slice(1)));
      await membersTold(server, id);
    }
  });

  it('is run once, however many nodes take it up at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { place, requester, members } = await house(server, [300, 400]);
      const { id } = must(await raise(requester, { location: place })).data;
      const { emergency } = await recordOf(server, id);
      await together(
        round,
        () => server.get(MemberDispatcher).run(emergency),
        () => node.get(MemberDispatcher).run(emergency),
      );
      await membersTold(server, id);
      expect((await checkInvariants(server, id)).waves).toHaveLength(1);
      expect(await told(server, id)).toEqual(ids(members));
    }
  });

  it('and a wave to helpers that comes at the same time tell nobody twice', async () => {
    killedAfterTheAnswer();
    const { id: organization, place, requester } = await house(server, []);
    for (let round = 0; round < 8; round += 1) {
      const both = await verifiedHelper(server, place, { available: false });
      await enrol(server, organization, [both]);
      const { id } = must(await raise(requester, { location: place })).data;
      const key = objectId(server, id);
      must(await both.patch('/users/me/helper', { helper: true, available: true }));
      await server.connection
        .collection('emergencies')
        .updateOne({ _id: key }, { $set: { 'dispatch.nextAt': new Date(0) } });
      const { emergency } = await recordOf(server, id);
      await together(
        round,
        () => server.get(Dispatcher).runDue(key),
        () => node.get(MemberDispatcher).run(emergency),
      );
      await eventually(async () => {
        await sweep(server);
        const { alerts } = await checkInvariants(server, id);
        expect(alerts.filter(({ helper }) => helper.equals(both.objectId))).toHaveLength(1);
        expect((await recordOf(server, id)).emergency.dispatch.members.dueAt).toBeNull();
      });
      must(await requester.post(`/emergencies/${id}/cancel`, {}));
      must(await both.patch('/users/me/helper', { helper: true, available: false }));
    }
  });
});

describe('What an SOS costs until its 201', () => {
  interface Traffic {
    before: string[];
    after: string[];
    answered: boolean;
  }

  const context = new AsyncLocalStorage<Traffic>();
  let server: TestApp;

  beforeAll(async () => {
    const uri = process.env.TEST_MONGODB_URI ?? '';
    const separator = uri.includes('?') ? '&' : '?';
    server = await startTestApp({
      env: { MONGODB_URI: `${uri}${separator}monitorCommands=true` },
    });
    server.connection.getClient().on('commandStarted', count);
  });

  afterAll(() => server.close());

  function count({ commandName, command }: CommandStartedEvent): void {
    const traffic = context.getStore();
    if (!traffic) return;
    const what = `${commandName} ${String(command[commandName])}`;
    (traffic.answered ? traffic.after : traffic.before).push(what);
  }

  /** What the server sends to the database on behalf of the next request: until it answers, and afterwards. */
  function watchNextRequest(): Traffic {
    const traffic: Traffic = { before: [], after: [], answered: false };
    server.app
      .getHttpServer()
      .prependOnceListener('request', (_: IncomingMessage, response: ServerResponse) => {
        context.enterWith(traffic);
        const end = response.end.bind(response);
        response.end = ((...args: Parameters<typeof end>) => {
          traffic.answered = true;
          return end(...args);
        }) as typeof response.end;
      });
    return traffic;
  }

  it('is the same whether nobody or all the members of an organization are to be told: not one command more', async () => {
    const place = somewhere();
    const alone = await register(server);
    const unorganized = watchNextRequest();
    must(await raise(alone, { location: place }));
    const { place: home, requester, members } = await house(server, [300, 400]);
    const organized = watchNextRequest();
    const { id } = must(await raise(requester, { location: home })).data;
    await membersTold(server, id);
    expect(await told(server, id)).toEqual(ids(members));
    expect(organized.before).toEqual(unorganized.before);
    expect(organized.before).toEqual([
      expect.stringMatching(/^find users$/),
      expect.stringMatching(/^find users$/),
      'insert emergencies',
      'insert events',
      'commitTransaction 1',
    ]);
    expect(unorganized.after.filter((command) => command.includes('memberships'))).toEqual([]);
    expect(organized.after).toContain('find memberships');
    expect(organized.after).toContain('insert alerts');
  });
});
