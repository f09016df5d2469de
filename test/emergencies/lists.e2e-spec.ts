import type { EmergencyDto } from '../../src/modules/emergencies/dto/emergency.view.dto';
import { MINUTE } from '../../src/common/time/clock';
import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { cancel, go, helpersAt, ledger, raise, somewhere } from '../support/emergencies';
import { pass } from '../support/reach';

describe('The list of emergencies', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  const list = async (actor: TestActor, limit: number): Promise<EmergencyDto[]> =>
    must(await actor.get<{ items: EmergencyDto[] }>(`/emergencies?limit=${limit}`)).data.items;

  /** How often the database was asked for people and alerts. No emergency lives meanwhile: dispatch would ask, too. */
  async function asked(work: () => Promise<unknown>): Promise<number> {
    const { db } = server.connection;
    if (!db) throw new Error('The test has no database');
    const profile = db.collection('system.profile');
    await db.command({ profile: 2, filter: { ns: /\\.(users|alerts)$/ } });
    const before = await profile.countDocuments({});
    await work();
    await db.command({ profile: 0 });
    return (await profile.countDocuments({})) - before;
  }

  it('shows each with its own names and counts, and a long page asks the database no more than a short one', async () => {
    const place = somewhere();
    const requester = await register(server);
    const helpers = await helpersAt(server, place, 3);
    for (const [index, helper] of helpers.entries()) {
      const { id } = must(await raise(requester, { location: place, anonymous: index === 1 })).data;
      await go(helper, id, 'arrived');
      must(await cancel(requester, id));
    }
    const { id } = must(await raise(requester, { location: place })).data;
    must(await cancel(requester, id));

    const items = await list(requester, 10);
    expect(items.map(({ responses }) => responses.map(({ helper }) => helper?.id))).toEqual([
      [],
      [helpers[2]?.id],
      [helpers[1]?.id],
      [helpers[0]?.id],
    ]);
    for (const { id, alertCounts } of items)
      expect(alertCounts).toEqual(must(await ledger(requester, id)).data.counts);
    expect(items[0]?.alertCounts).toMatchObject({ expired: 3 });

    // What is due after an SOS asks for people and alerts, too.
    await pass(server, MINUTE);
    const one = await asked(() => list(requester, 1));
    expect(one).toBeGreaterThan(0);
    expect(await asked(() => list(requester, 10))).toBe(one);
  });
});
