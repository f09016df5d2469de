import { adminOf, must, register, TEST_PASSWORD, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  checkRoster,
  found,
  invite,
  leave,
  outcome,
  tokenFor,
  verifyEmail,
  withAdmins,
} from '../support/organizations';

type Parting = (server: TestApp, admin: TestActor, organization: string) => Promise<unknown>;

const partings: [string, Parting][] = [
  ['leaves', async (_, admin, id) => must(await leave(admin, id))],
  [
    'is suspended',
    async (server, { id }) =>
      must(await (await adminOf(server)).patch(`/admin/users/${id}`, { status: 'suspended' })),
  ],
  [
    'deletes the account',
    async (_, admin) => must(await admin.delete('/users/me', { password: TEST_PASSWORD })),
  ],
];

describe('The invitations of an admin who is none any more', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  it.each(partings)('let nobody in after the admin %s', async (_, part) => {
    const { id, admins } = await withAdmins(server, 1);
    const [admin] = admins;
    if (!admin) throw new Error('no admin');
    const guest = await verifyEmail(server, await register(server));
    must(await invite(admin, id, guest.email, 'admin'));
    const token = await tokenFor(server, guest.email);
    await part(server, admin, id);
    expect(outcome(await accept(guest, token))).toBe('404 NOT_FOUND');
    await checkRoster(server, id);
  });

  it('stay when somebody deletes an account that never showed the address to be theirs', async () => {
    const founder = await register(server);
    const { id } = await found(founder, { joinPolicy: 'invitation' });
    const squatter = await register(server);
    const { email } = squatter;
    must(await invite(founder, id, email));
    const token = await tokenFor(server, email);
    must(await squatter.delete('/users/me', { password: TEST_PASSWORD }));
    const guest = await verifyEmail(server, await register(server, { email }));
    expect(outcome(await accept(guest, token))).toBe('200');
  });
});
