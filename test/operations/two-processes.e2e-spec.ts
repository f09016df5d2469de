import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { call, must, register, TestActor } from '../support/actors';
import { closeSockets, TestSocket } from '../support/sockets';
import { buildServer, killServers, ServerProcess } from './server-process';

jest.setTimeout(90_000);

const HOME = { latitude: 51.3397, longitude: 12.3731 };
const ADMIN = { email: 'operator@example.org', password: 'correct horse battery' };

describe('Two server processes on one MongoDB, without Redis', () => {
  const database = `test_${randomBytes(6).toString('hex')}`;

  beforeAll(buildServer, 180_000);

  afterEach(async () => {
    closeSockets();
    await killServers();
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    await client.db(database).dropDatabase();
    await client.close();
  });

  it("deliver to each other's sockets: the alert, the room, the chat and the end, each once", async () => {
    const env = {
      MONGODB_DATABASE: database,
      BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
      BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    };
    const one = await ServerProcess.start(env);
    const two = await ServerProcess.start(env);
    const { data } = must(await call<{ accessToken: string }>(one, 'POST', '/auth/login', ADMIN));
    const requester = await register(one);
    const helper: TestActor = await register(two);
    must(await helper.patch('/users/me/helper', { helper: true, available: true }));
    must(await helper.put('/users/me/location', HOME));
    must(
      await call(
        one,
        'PATCH',
        `/admin/users/${helper.id}`,
        { verified: true },
        { token: data.accessToken },
      ),
    );
    const hers = await TestSocket.connect(requester);
    const his = await TestSocket.connect(helper);

    const raised = must(
      await requester.post<{ id: string }>('/emergencies', { type: 'medical', location: HOME }),
    );
    const path = `/emergencies/${raised.data.id}`;
    await his.event('emergency.created');
    must(await helper.post(`${path}/responses`, { answer: 'accept' }));
    await hers.event('helper.joined');
    must(await requester.post(`${path}/messages`, { text: 'Third floor' }));
    await his.event('message.created', (event) => event.data.text === 'Third floor');
    must(await helper.post(`${path}/messages`, { text: 'Coming' }));
    await hers.event('message.created', (event) => event.data.text === 'Coming');
    must(await requester.post(`${path}/resolve`));
    await his.event('emergency.resolved');
    await hers.event('emergency.resolved');
    for (const socket of [hers, his]) {
      const ids = socket.events.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
