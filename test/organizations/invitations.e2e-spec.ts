import { DAY, MINUTE } from '../../src/common/time/clock';
import { Mailer } from '../../src/modules/notifications/mailer';
import { InvitationCourier } from '../../src/modules/organizations/invitation-courier';
import { INVITED_A_DAY } from '../../src/modules/organizations/invitations.service';
import { InvitationTokens } from '../../src/modules/organizations/invitation-tokens';
import { must, register, type TestActor, uniqueEmail } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import {
  accept,
  checkRoster,
  found,
  give,
  invitationMails,
  invitations,
  invite,
  join,
  joined,
  leave,
  outcome,
  remove,
  see,
  tokenFor,
  verifyEmail,
  withAdmins,
} from '../support/organizations';

let server: TestApp;
let founder: TestActor;
let id: string;

beforeAll(async () => {
  server = await startTestApp({ env: { PUBLIC_URL: 'https://allynet.example.org/' } });
});
beforeEach(async () => {
  founder = await register(server);
  ({ id } = await found(founder, { joinPolicy: 'invitation' }));
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => server.close());

const invited = async (): Promise<TestActor> => verifyEmail(server, await register(server));

describe('An invitation', () => {
  it('is sent to one address ten times a day at most, whoever takes it back and sends it again', async () => {
    const stranger = uniqueEmail();
    const send = async (by: TestActor, organization: string) => {
      const answer = await invite(by, organization, stranger);
      if (answer.status === 201) {
        must(await by.delete(`/organizations/${organization}/invitations/${answer.data.id}`));
      }
      return outcome(answer);
    };
    const half = Array.from({ length: INVITED_A_DAY / 2 });
    for (const _ of half) expect(await send(founder, id)).toBe('201');
    const other = await register(server);
    const { id: elsewhere } = await found(other);
    for (const _ of half) expect(await send(other, elsewhere)).toBe('201');
    expect(await send(founder, id)).toBe('409 CONFLICT');
    expect(await send(other, elsewhere)).toBe('409 CONFLICT');
  });

  it('comes by mail with the link alone on its line, and lets in who has that address, verified', async () => {
    const kim = await register(server);
    const { data, status } = must(await invite(founder, id, kim.email.toUpperCase(), 'moderator'));
    expect(status).toBe(201);
    expect(data).toMatchObject({ email: kim.email, role: 'moderator', invitedBy: founder.id });
    expect(Date.parse(data.expiresAt) - Date.parse(data.createdAt)).toBe(7 * DAY);
    const token = await tokenFor(server, kim.email);
    const [mail] = await invitationMails(server, kim.email);
    expect(mail?.text.split('\n')).toContain(
      `https://allynet.example.org/invitations?token=${token}`,
    );
    expect(mail?.text).toContain('"Lindenhof 12"');
    await eventually(async () =>
      expect(must(await invitations(founder, id)).data.items).toMatchObject([
        { id: data.id, mailedAt: expect.stringMatching(/Z$/) },
      ]),
    );
    expect(outcome(await accept(kim, token))).toBe('403 FORBIDDEN');
    await verifyEmail(server, kim);
    expect(must(await accept(kim, token)).data).toMatchObject({
      id,
      membership: { role: 'moderator', approved: true, shareEmergencies: false },
    });
    expect(must(await accept(kim, token)).data.membership?.role).toBe('moderator');
    expect(must(await invitations(founder, id)).data.items).toEqual([]);
    await checkRoster(server, id);
  });

  it('lets nobody in who has another address, nor by a token that was made up or changed', async () => {
    const kim = await invited();
    must(await invite(founder, id, kim.email));
    const token = await tokenFor(server, kim.email);
    const thief = await invited();
    expect(outcome(await accept(thief, token))).toBe('403 FORBIDDEN');
    const [invitation = '', , signature = ''] = token.split('.');
    const later = (Date.now() + 30 * DAY).toString(36);
    for (const forged of [
      `${invitation}.${later}.${signature}`,
      `${id}.${token.split('.')[1]}.${signature}`,
      token.slice(0, -2),
      'x',
      '..',
    ]) {
      expect(outcome(await accept(kim, forged))).toBe('404 NOT_FOUND');
    }
    must(await accept(kim, token));
    must(await leave(kim, id));
    expect(outcome(await accept(thief, token))).toBe('404 NOT_FOUND');
  });

  it('stands nowhere in the database in a form that lets anybody in', async () => {
    const kim = await invited();
    must(await invite(founder, id, kim.email));
    const token = await tokenFor(server, kim.email);
    const rows = await server.connection.collection('invitations').find({}).toArray();
    expect(JSON.stringify(rows)).not.toContain(token.split('.')[2]);
    expect(server.get(InvitationTokens).read(token)).not.toBeNull();
  });

  it('works for seven days and no longer', async () => {
    const [kim, lee] = [await invited(), await invited()];
    for (const { email } of [kim, lee]) must(await invite(founder, id, email));
    const [first, second] = [await tokenFor(server, kim.email), await tokenFor(server, lee.email)];
    server.clock.advance(7 * DAY - 5 * MINUTE);
    expect(outcome(await accept(await kim.logIn(), first))).toBe('200');
    server.clock.advance(5 * MINUTE);
    expect(outcome(await accept(await lee.logIn(), second))).toBe('404 NOT_FOUND');
    expect(must(await invitations(await founder.logIn(), id)).data.items).toEqual([]);
  });

  it('of the same address renews the open one: the links of mails before end', async () => {
    const kim = await invited();
    const { data } = must(await invite(founder, id, kim.email));
    const old = await tokenFor(server, kim.email);
    server.clock.advance(MINUTE);
    const again = must(await invite(founder, id, kim.email, 'moderator'));
    expect(again.data.id).toBe(data.id);
    const token = await tokenFor(server, kim.email, 2);
    expect(outcome(await accept(kim, old))).toBe('404 NOT_FOUND');
    expect(must(await accept(kim, token)).data.membership?.role).toBe('moderator');
  });

  it('ends when an admin takes it back', async () => {
    const kim = await invited();
    const { data } = must(await invite(founder, id, kim.email));
    const token = await tokenFor(server, kim.email);
    must(await founder.delete(`/organizations/${id}/invitations/${data.id}`));
    expect(outcome(await accept(kim, token))).toBe('404 NOT_FOUND');
    must(await founder.delete(`/organizations/${id}/invitations/${data.id}`));
    const row = await server.connection.collection('invitations').findOne({ status: 'revoked' });
    expect(row).not.toHaveProperty('email');
  });

  it('ends when whoever sent it is demoted or removed', async () => {
    const { id: house, founder: owner, admins } = await withAdmins(server, 2);
    const guests = [await invited(), await invited()];
    for (const [index, admin] of admins.entries()) {
      must(await invite(admin, house, guests[index]?.email ?? ''));
    }
    const tokens = await Promise.all(guests.map(({ email }) => tokenFor(server, email)));
    must(await give(owner, house, admins[0]?.id ?? '', { role: 'member' }));
    must(await remove(owner, house, admins[1]?.id ?? ''));
    for (const [index, guest] of guests.entries()) {
      expect(outcome(await accept(guest, tokens[index] ?? ''))).toBe('404 NOT_FOUND');
    }
  });

  it('is sent, seen and taken back by admins alone', async () => {
    const { id: house, founder: owner } = await withAdmins(server, 0);
    const member = await joined(server, house);
    must(await give(owner, house, member.id, { role: 'moderator' }));
    const { data } = must(await invite(owner, house, uniqueEmail()));
    for (const answer of [
      await invite(member, house, uniqueEmail()),
      await invitations(member, house),
      await member.delete(`/organizations/${house}/invitations/${data.id}`),
      await invite(await register(server), house, uniqueEmail()),
    ]) {
      expect(outcome(answer)).toBe('403 FORBIDDEN');
    }
    const other = await withAdmins(server, 0);
    const foreign = `/organizations/${other.id}/invitations/${data.id}`;
    expect(outcome(await other.founder.delete(foreign))).toBe('404 NOT_FOUND');
  });

  it('is answered alike whether the address has an account, is a member, or is nobody’s', async () => {
    const { id: house, founder: owner } = await withAdmins(server, 0);
    const member = await joined(server, house);
    const answers = [];
    for (const email of [member.email, (await register(server)).email, uniqueEmail()]) {
      const { status, data } = await invite(owner, house, email);
      answers.push({ status, role: data.role, fields: Object.keys(data), mailedAt: data.mailedAt });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('approves a member who came by themselves, and leaves the role as it is', async () => {
    const { id: house, founder: owner } = await withAdmins(server, 0);
    const kim = await verifyEmail(server, await joined(server, house));
    must(await invite(owner, house, kim.email, 'admin'));
    must(await accept(kim, await tokenFor(server, kim.email)));
    expect(must(await see(kim, house)).data.membership).toMatchObject({
      role: 'member',
      approved: true,
    });
    expect((await checkRoster(server, house)).length).toBe(2);
  });

  it('brings back who was removed, unless it was sent before', async () => {
    const { id: house, founder: owner } = await withAdmins(server, 0);
    const kim = await verifyEmail(server, await joined(server, house));
    must(await invite(owner, house, kim.email));
    const before = await tokenFor(server, kim.email);
    server.clock.advance(MINUTE);
    must(await remove(owner, house, kim.id));
    expect(outcome(await accept(kim, before))).toBe('404 NOT_FOUND');
    server.clock.advance(MINUTE);
    must(await invite(owner, house, kim.email));
    must(await accept(kim, await tokenFor(server, kim.email, 2)));
    must(await leave(kim, house));
    expect(outcome(await join(kim, house))).toBe('200');
  });

  it('stays open where the organization is full', async () => {
    const { id: house, founder: owner } = await withAdmins(server, 0);
    const guest = await invited();
    must(await invite(owner, house, guest.email));
    const token = await tokenFor(server, guest.email);
    let last: TestActor | undefined;
    for (let count = 1; count < 25; count += 1) last = await joined(server, house);
    expect(outcome(await accept(guest, token))).toBe('409 CONFLICT');
    must(await remove(owner, house, last?.id ?? ''));
    must(await accept(guest, token));
    await checkRoster(server, house);
  });
});

describe('The mail of an invitation', () => {
  it('that cannot be sent is sent later: the invitation is on disk and owes it', async () => {
    const email = uniqueEmail();
    jest.spyOn(server.get(Mailer), 'send').mockRejectedValueOnce(new Error('451 try again'));
    must(await invite(founder, id, email));
    expect(must(await invitations(founder, id)).data.items).toMatchObject([{ mailedAt: null }]);
    const courier = server.get(InvitationCourier);
    await courier.sweep();
    expect(await invitationMails(server, email)).toEqual([]);
    server.clock.advance(MINUTE);
    await courier.sweep();
    await eventually(async () => expect(await invitationMails(server, email)).toHaveLength(1));
    server.clock.advance(DAY);
    await courier.sweep();
    expect(await invitationMails(server, email)).toHaveLength(1);
  });

  it('is sent once for a request that is repeated by its key', async () => {
    const email = uniqueEmail();
    const key = { 'Idempotency-Key': `invite-${email}` };
    const path = `/organizations/${id}/invitations`;
    const first = must(await founder.post(path, { email }, key));
    const again = must(await founder.post(path, { email }, key));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.data).toEqual(first.data);
    await tokenFor(server, email);
    await server.get(InvitationCourier).sweep();
    expect(await invitationMails(server, email)).toHaveLength(1);
  });

  it('goes to one address five times a minute at most, whoever invites', async () => {
    const limited = await startTestApp({ env: { RATE_LIMITS: 'on' } });
    try {
      const email = uniqueEmail();
      const outcomes: string[] = [];
      for (let count = 0; count < 6; count += 1) {
        const admin = await register(limited);
        const house = await found(admin);
        outcomes.push(outcome(await invite(admin, house.id, email)));
      }
      expect(outcomes).toEqual([...Array<string>(5).fill('201'), '429 RATE_LIMITED']);
    } finally {
      await limited.close();
    }
  });
});
