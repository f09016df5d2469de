import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoSet } from '../../chaos/cluster/mongo-set';
import { resolveMongod } from '../../src/common/database/embedded/mongod-binary';
import { newPlace, north, raise } from '../sockets/scene';
import { adminOf, must, register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';

jest.setTimeout(90_000);

interface MemberConfig {
  host: string;
  hidden?: boolean;
  priority?: number;
}

/** Three members: the primary, one secondary that clients may read from, and one that is hidden and makes a majority. */
describe('Discovery on a replica set of three', () => {
  const folder = mkdtempSync(join(tmpdir(), 'allynet-secondaries-'));
  let set: MongoSet | undefined;
  let secondary: MongoClient;
  let secondaryHost: string;
  let primaryHost: string;
  let app: TestApp;

  beforeAll(async () => {
    const { path } = await resolveMongod({
      log: (line) => process.stderr.write(`${line}\n`),
      ...(process.env.MONGOD_BINARY ? { mongodBinary: process.env.MONGOD_BINARY } : {}),
    });
    set = await MongoSet.start(path, folder);
    await hideOne(set.uri);
    app = await startOn(set.uri, 'secondaryPreferred');
    secondary = await MongoClient.connect(`mongodb://${secondaryHost}`, { directConnection: true });
  }, 180_000);

  afterAll(async () => {
    await secondary?.close();
    await app?.close();
    await set?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes one secondary hidden, so that reads can go to a single other one. */
  async function hideOne(uri: string): Promise<void> {
    const client = await MongoClient.connect(uri);
    const admin = client.db('admin');
    const { config } = await admin.command({ replSetGetConfig: 1 });
    const { primary } = await admin.command({ hello: 1 });
    const others = (config.members as MemberConfig[]).filter(({ host }) => host !== primary);
    Object.assign(others[0] ?? {}, { hidden: true, priority: 0 });
    await admin.command({
      replSetReconfig: {
        ...config,
        version: Number(config.version) + 1,
        // Both follow the primary: one that followed the other would stand still with it, and no majority would be left.
        settings: { ...config.settings, chainingAllowed: false },
      },
    });
    await client.close();
    primaryHost = String(primary);
    secondaryHost = others[1]?.host ?? '';
  }

  const startOn = (uri: string, preference: string) =>
    startTestApp({
      env: {
        MONGODB_URI: `${uri}&monitorCommands=true`,
        DISCOVERY_READ_PREFERENCE: preference,
      },
    });

  /** Which members an app asked for helpers near a place, while `work` ran. */
  async function asked(node: TestApp, work: () => Promise<unknown>): Promise<string[]> {
    const members: string[] = [];
    const listen = ({ commandName, command, address }: CommandStartedEvent) => {
      const near = commandName === 'find' && command.find === 'users' && command.filter?.location;
      if (near) members.push(address);
    };
    const client = node.connection.getClient();
    client.on('commandStarted', listen);
    await work();
    client.off('commandStarted', listen);
    return members;
  }

  it('asks the primary unless told otherwise', async () => {
    const place = newPlace();
    const node = await startOn(set?.uri ?? '', '');
    const requester = await register(node);
    const members = await asked(node, () => raise(requester, place));
    await node.close();
    expect(new Set(members)).toEqual(new Set([primaryHost]));
  });

  it('asks a secondary if told so, and alerts whom it finds there', async () => {
    const place = newPlace();
    const helper = await verifiedHelper(app, north(place, 200));
    const requester = await register(app);
    await eventually(async () => {
      const here = await usersOf(secondary).findOne({ _id: helper.objectId });
      expect(here?.location).toBeDefined();
    });
    const members = await asked(app, async () => {
      const { id } = await raise(requester, place);
      expect(await alertedBy(id)).toEqual([helper.id]);
    });
    expect(new Set(members)).toEqual(new Set([secondaryHost]));
  });

  it('of a secondary that is behind: who may not come any more is alerted, and cannot accept', async () => {
    const place = newPlace();
    const admin = await adminOf(app);
    const requester = await register(app);
    const helperAt = (meters: number) => verifiedHelper(app, north(place, meters));
    const suspended = await helperAt(100);
    const unverified = await helperAt(200);
    const blocking = await helperAt(300);
    const blocked = await helperAt(400);
    const busy = await helperAt(500);
    const willing = await helperAt(600);
    await eventually(async () => {
      const here = await usersOf(secondary).findOne({ _id: willing.objectId });
      expect(here?.location).toBeDefined();
    });

    await secondary.db('admin').command({ fsync: 1, lock: true });
    let id: string;
    try {
      must(await admin.patch(`/admin/users/${suspended.id}`, { status: 'suspended' }));
      must(await admin.patch(`/admin/users/${unverified.id}`, { verified: false }));
      must(await blocking.put(`/users/me/blocks/${requester.id}`));
      must(await requester.put(`/users/me/blocks/${blocked.id}`));
      await raise(busy, null);
      ({ id } = await raise(requester, place));
    } finally {
      await secondary.db('admin').command({ fsyncUnlock: 1 });
    }

    // Whom the requester blocked, and who has an SOS of their own, is asked of the primary.
    expect(new Set(await alertedBy(id))).toEqual(
      new Set([suspended.id, unverified.id, blocking.id, willing.id]),
    );
    const answer = async (helper: TestActor) => {
      const { status, error } = await helper.post(`/emergencies/${id}/responses`, {
        answer: 'accept',
      });
      return error?.code ?? status;
    };
    expect(await answer(suspended)).toBe('ACCOUNT_SUSPENDED');
    expect(await answer(unverified)).toBe('FORBIDDEN');
    expect(await answer(blocking)).toBe('NOT_FOUND');
    expect(await answer(willing)).toBeLessThan(300);
  });

  const usersOf = (client: MongoClient) => client.db(app.connection.name).collection('users');

  async function alertedBy(id: string): Promise<string[]> {
    const rows = await app.connection.collection('alerts').find().toArray();
    return rows.filter((row) => String(row.emergency) === id).map((row) => String(row.helper));
  }
});
