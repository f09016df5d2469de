import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { join } from 'node:path';
import { call, must, TestActor } from '../support/actors';
import { TestClock } from '../support/app';
import { eventually } from '../support/eventually';
import { acceptedBooking, confirm, pay, refund, seePayment } from '../support/payments';
import { buildServer, killServers, ServerProcess } from './server-process';

jest.setTimeout(240_000);

const ADMIN = { email: 'operator@example.org', password: 'correct horse battery' };
/** Half a minute until the sweeper takes up what was left, on a machine that is slow. */
const PATIENCE_MS = 120_000;

interface Killed {
  payer: TestActor;
  id: string;
}

/** Killed for good, on the way to the provider; then another server on the same database. */
describe('A server that is killed between its row and what the provider says of it', () => {
  const database = `test_${randomBytes(6).toString('hex')}`;
  const env = {
    MONGODB_DATABASE: database,
    BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
    BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  };

  beforeAll(buildServer, 180_000);

  afterEach(async () => {
    await killServers();
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    await client.db(database).dropDatabase();
    await client.close();
  });

  const at = ({ url }: Pick<ServerProcess, 'url'>) => ({ url, clock: new TestClock() });

  async function adminOf(server: Pick<ServerProcess, 'url'>): Promise<TestActor> {
    const { data } = must(
      await call<{ user: { id: string }; accessToken: string }>(
        server,
        'POST',
        '/auth/login',
        ADMIN,
      ),
    );
    return new TestActor(server, data.user.id, ADMIN.email, ADMIN.password, data.accessToken, '');
  }

  /** Starts a server that will not survive `killAt`, and does there what leads to it. */
  async function killedAt(
    killAt: string,
    lead: (
      server: ServerProcess,
    ) => Promise<{ payer: TestActor; id: string; last: () => Promise<unknown> }>,
  ): Promise<Killed> {
    const preload = `--require ${join(__dirname, 'kill-at.cjs')}`;
    const server = await ServerProcess.start({ ...env, KILL_AT: killAt, NODE_OPTIONS: preload });
    const { payer, id, last } = await lead(server);
    await expect(last()).rejects.toThrow(/fetch failed/);
    expect((await server.exit).signal).toBe('SIGKILL');
    return { payer, id };
  }

  const booked = async (server: ServerProcess) => {
    const { id, client } = await acceptedBooking(at(server));
    return { payer: client, id, last: () => pay(client, 'booking', id) };
  };
  const pending = async (server: ServerProcess) => {
    const { id: booking, client } = await acceptedBooking(at(server));
    const { id } = must(await pay(client, 'booking', booking)).data.payment;
    return { payer: client, id, last: () => client.post(`/payments/${id}/cancel`) };
  };
  const paid = async (server: ServerProcess) => {
    const { payer, id } = await pending(server);
    must(await confirm(payer, id, 'success'));
    const admin = await adminOf(server);
    return { payer, id, last: () => refund(admin, id, 900) };
  };

  it('leaves nothing that the next one does not make good', async () => {
    const made = [
      await killedAt('createIntent:before', booked),
      await killedAt('createIntent:after', booked),
    ];
    const cancelled = [
      await killedAt('cancelIntent:before', pending),
      await killedAt('cancelIntent:after', pending),
    ];
    const refunded = [await killedAt('refund:before', paid), await killedAt('refund:after', paid)];

    const next = await ServerProcess.start(env);
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    const sandbox = client.db(database).collection('sandbox_intents');
    try {
      for (const { payer, id: booking } of made) {
        const person = payer.on(next);
        const { error } = await pay(person, 'booking', booking);
        const { paymentId = '' } = Object(error?.details) as { paymentId?: string };
        await eventually(
          async () => expect(await sandbox.countDocuments({ paymentId, nextAt: null })).toBe(1),
          PATIENCE_MS,
        );
        expect(must(await confirm(person, paymentId, 'success')).data.status).toBe('succeeded');
      }
      for (const { payer, id } of cancelled) {
        await eventually(
          async () => expect((await seePayment(payer.on(next), id)).status).toBe('cancelled'),
          PATIENCE_MS,
        );
        expect((await sandbox.findOne({ paymentId: id }))?.status).toBe('cancelled');
      }
      for (const { payer, id } of refunded) {
        await eventually(
          async () =>
            expect(await seePayment(payer.on(next), id)).toMatchObject({
              status: 'partially_refunded',
              refunded: { amountMinor: 900 },
              refunding: { amountMinor: 0 },
            }),
          PATIENCE_MS,
        );
        expect((await sandbox.findOne({ paymentId: id }))?.refundedMinor).toBe(900);
      }
    } finally {
      await client.close();
    }
  });
});
