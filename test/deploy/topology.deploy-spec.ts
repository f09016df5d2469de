import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoSet } from '../../chaos/cluster/mongo-set';
import { resolveMongod } from '../../src/common/database/embedded/mongod-binary';
import { buildServer, killServers, ServerProcess } from '../operations/server-process';
import { RedisServer } from '../redis/redis-server';
import { call, must, register, type TestActor } from '../support/actors';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import { jpeg, sendForm } from '../support/verification';
import { environmentOf } from './compose';
import { Nginx } from './nginx';

jest.setTimeout(120_000);

const ADMIN = { email: 'operator@example.org', password: 'correct horse battery' };
const HOME = { latitude: 51.3397, longitude: 12.3731 };

/**
 * What compose.yaml starts, as processes on this machine: nginx with its configuration, two nodes in production with
 * their environment, Redis, and a replica set of three.
 */
describe('The deployment of compose.yaml, without containers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'allynet-deploy-'));
  const nginx = new Nginx();
  let set: MongoSet | undefined;
  let redis: RedisServer | undefined;
  let one: ServerProcess;
  let admin: string;

  beforeAll(async () => {
    await buildServer();
    const { path } = await resolveMongod({
      log: (line) => process.stderr.write(`${line}\n`),
      ...(process.env.MONGOD_BINARY ? { mongodBinary: process.env.MONGOD_BINARY } : {}),
    });
    set = await MongoSet.start(path, folder);
    redis = await RedisServer.start();
    const given = environmentOf('node1', {
      JWT_SECRET: randomBytes(48).toString('base64'),
      JWT_REFRESH_SECRET: randomBytes(48).toString('base64'),
      BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
      BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    });
    const env = {
      ...given,
      NODE_ENV: 'production',
      BCRYPT_ROUNDS: '',
      MONGODB_URI: given.MONGODB_URI?.replace(/\/\/.*$/, set.uri.replace(/^.*?\/\//, '//')) ?? '',
      REDIS_URL: redis.url,
      // Docker's private addresses are this machine's own here.
      TRUST_PROXY: 'loopback',
    };
    one = await ServerProcess.start(env);
    const two = await ServerProcess.start(env);
    await nginx.start([new URL(one.url).host, new URL(two.url).host]);
    const { data } = must(await call<{ accessToken: string }>(nginx, 'POST', '/auth/login', ADMIN));
    admin = data.accessToken;
  }, 240_000);

  afterEach(closeSockets);

  afterAll(async () => {
    await nginx.stop();
    await killServers();
    await redis?.stop();
    await set?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function helperAt(meters: number): Promise<TestActor> {
    const helper = await register(nginx);
    must(await helper.patch('/users/me/helper', { helper: true, available: true }));
    must(
      await helper.put('/users/me/location', {
        ...HOME,
        latitude: HOME.latitude + meters / 111_319,
      }),
    );
    must(
      await call(nginx, 'PATCH', `/admin/users/${helper.id}`, { verified: true }, { token: admin }),
    );
    return helper;
  }

  /** An SOS from the tap to the end, all of it through the proxy. */
  async function play(): Promise<void> {
    const [requester, helper] = [await register(nginx), await helperAt(300)];
    const hers = await TestSocket.connect(requester);
    const his = await TestSocket.connect(helper);
    const { data } = must(
      await requester.post<{ id: string }>('/emergencies', {
        type: 'medical',
        location: HOME,
        requestId: randomUUID(),
      }),
    );
    await his.event('emergency.created', ({ subjectId }) => subjectId === data.id);
    const path = `/emergencies/${data.id}`;
    must(await helper.post(`${path}/responses`, { answer: 'accept' }));
    await hers.event('helper.joined');
    must(await requester.post(`${path}/messages`, { text: 'Third floor' }));
    await his.event('message.created');
    must(await requester.post(`${path}/resolve`));
    await his.event('emergency.resolved');
  }

  it('plays an SOS over HTTP and websocket through the proxy', play);

  it('counts addresses as the proxy sees them, over both nodes, whatever the caller writes', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 45; time += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${time}` };
      const body = { email: `nobody${time}@example.org`, password: 'x' };
      statuses.push((await call(nginx, 'POST', '/auth/login', body, { headers })).status);
    }
    // The limit is 20 over both nodes. On a machine that stops for 200 ms a node counts a few for itself, so more may pass,
    // but never more than 40.
    expect(statuses).toContain(429);
  });

  it('takes four documents of 10 MiB, as the nodes do', async () => {
    const person = await register(nginx);
    const files = Array.from({ length: 4 }, () => jpeg(10 * 1024 * 1024));
    const form = { kind: 'identity' };
    expect((await sendForm(person, '/users/me/verification', form, files)).status).toBe(201);
  });

  it('keeps what opens a link out of its log', async () => {
    await fetch(`${nginx.url}/track/sesame`);
    await fetch(`${nginx.url}/api/v1/files/sesame`);
    await eventually(() => expect(nginx.accessLog()).toContain('/api/v1/files/-'));
    expect(nginx.accessLog()).not.toContain('sesame');
  });

  it('does not show the metrics to the world', async () => {
    expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404);
  });

  it('goes on when a node is killed', async () => {
    await one.stop('SIGKILL');
    await eventually(async () => {
      for (let time = 0; time < 8; time += 1) {
        expect((await fetch(`${nginx.url}/health/ready`)).status).toBe(200);
      }
    }, 20_000);
    await play();
  });
});
