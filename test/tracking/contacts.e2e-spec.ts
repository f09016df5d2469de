import { Types } from 'mongoose';
import { DAY, SECOND } from '../../src/common/time/clock';
import {
  ALARMS_AN_ADDRESS_A_DAY,
  SOS_TOLD_A_DAY,
} from '../../src/modules/tracking/contacts/contact-limits';
import {
  type Json,
  must,
  register,
  type TestActor,
  uniqueEmail,
  uniquePhone,
  verifiedHelper,
} from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { cancel, ledger, north, raise, resolve, somewhere } from '../support/emergencies';
import { linkIn, type Mail, mailsTo } from '../support/outbox';
import { startTwoNodes } from '../support/race';
import { pass } from '../support/reach';

const PLACE = { latitude: 52.520317, longitude: 13.404261 };

interface Contact {
  id: string;
  email: string;
  phone: string;
}

async function contactOf(person: TestActor, name = 'Ada'): Promise<Contact> {
  const [email, phone] = [uniqueEmail(), uniquePhone()];
  const { data } = must(
    await person.post<{ id: string }>('/users/me/contacts', { name, email, phone }),
  );
  return { id: data.id, email, phone };
}

const messagesTo = async (server: TestApp, { email, phone }: Contact): Promise<Mail[]> => [
  ...(await mailsTo(server, email)),
  ...(await mailsTo(server, phone)),
];

describe('Emergency contacts', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp({ env: { PUBLIC_URL: 'https://help.example.org' } });
  });
  afterAll(() => server.close());

  async function told(sos: Json = {}, displayName = 'Mira Kovač') {
    const requester = await register(server, { displayName });
    const contact = await contactOf(requester);
    const { id } = must(await raise(requester, { location: PLACE, ...sos })).data;
    await pass(server);
    return { requester, contact, id, messages: await messagesTo(server, contact) };
  }

  it('get e-mail and SMS with a link that works, and hear of the end; then it shows the status alone', async () => {
    const { requester, contact, id, messages } = await told();
    expect(messages.map(({ channel }) => channel)).toEqual(['email', 'sms']);
    const follow = async (mail: Mail): Promise<Json> => {
      const link = linkIn(mail);
      expect(link.origin).toBe('https://help.example.org');
      const answer = await fetch(`${server.url}${link.pathname}`);
      return ((await answer.json()) as { data: Json }).data;
    };
    for (const message of messages) {
      expect(message.text).toContain('Mira Kovač has called for help');
      expect(message.text).not.toMatch(/52\.5|13\.4|medical/);
      expect(await follow(message)).toMatchObject({ status: 'active', location: PLACE });
    }
    must(await resolve(requester, id));
    await pass(server);
    const after = await messagesTo(server, contact);
    expect(after.map(({ channel }) => channel)).toEqual(['email', 'email', 'sms', 'sms']);
    expect(after[1]?.text).toContain('The call for help by Mira Kovač is over.');
    for (const message of messages) {
      expect(await follow(message)).toMatchObject({ status: 'resolved', location: null });
    }
    await pass(server, 60 * SECOND);
    expect(await messagesTo(server, contact)).toHaveLength(4);
  });

  it('stand in the ledger with what was sent to them, without saying who they are', async () => {
    const { requester, contact, id } = await told();
    must(await cancel(requester, id));
    await pass(server);
    const { data, text } = must(await ledger(requester, id));
    expect(data.contacts.map(({ about, channel, status }) => [about, channel, status])).toEqual([
      ['alarm', 'email', 'sent'],
      ['alarm', 'sms', 'sent'],
      ['all_clear', 'email', 'sent'],
      ['all_clear', 'sms', 'sent'],
    ]);
    for (const secret of [contact.id, contact.email, contact.phone]) {
      expect(text).not.toContain(secret);
    }
  });

  it('hear that it was a false alarm', async () => {
    const { requester, contact, id } = await told();
    must(await cancel(requester, id));
    await pass(server);
    const [, last] = await mailsTo(server, contact.email);
    expect(last?.text).toContain('was taken back: it was a false alarm');
  });

  it('are told without the name in an anonymous SOS, and not to ring up in a silent one', async () => {
    const { messages } = await told({ anonymous: true, silent: true });
    expect(messages).toHaveLength(2);
    for (const { text } of messages) {
      expect(text).not.toContain('Mira');
      expect(text).toContain('Do not ring them up');
    }
  });

  it('get no link of the sender’s choice by way of a name', async () => {
    const { messages } = await told({}, 'Win at https://evil.example.com/x +49 900 12345');
    for (const message of messages) {
      expect(message.text).not.toMatch(/evil\.example|900/);
      expect(message.text.match(/https?:/g)).toHaveLength(1);
    }
  });

  it('who were removed, or named only afterwards, are told nothing; nor is anybody of an SOS that ended before', async () => {
    const requester = await register(server);
    const { id } = must(await raise(requester, { location: PLACE })).data;
    const late = await contactOf(requester);
    await pass(server);
    must(await cancel(requester, id));
    await pass(server);
    expect(await messagesTo(server, late)).toEqual([]);

    const other = await told();
    must(await other.requester.delete(`/users/me/contacts/${other.contact.id}`));
    must(await cancel(other.requester, other.id));
    await pass(server);
    expect(await messagesTo(server, other.contact)).toHaveLength(2);
  });

  /** Raises an SOS of which the contacts are told, and takes it back. */
  async function falseAlarm(requester: TestActor): Promise<void> {
    const { id } = must(await raise(requester)).data;
    await pass(server);
    must(await cancel(requester, id));
    await pass(server);
  }

  it('of one person are told of five SOS a day; of more who was told before, and no further strangers', async () => {
    const requester = await register(server);
    const known = await contactOf(requester);
    for (let round = 0; round < SOS_TOLD_A_DAY; round += 1) await falseAlarm(requester);
    const stranger = await contactOf(requester);
    await falseAlarm(requester);
    // An alarm and an all-clear each.
    expect(await mailsTo(server, known.email)).toHaveLength(2 * (SOS_TOLD_A_DAY + 1));
    expect(await messagesTo(server, stranger)).toEqual([]);
    await server.connection
      .collection('emergencies')
      .deleteMany({ requester: requester.objectId, contactsToldAt: { $exists: true } });
    await falseAlarm(requester);
    expect(await mailsTo(server, stranger.email)).toHaveLength(2);
  });

  it('get ten alarms a day at one address from whoever thought of it today', async () => {
    const phone = uniquePhone();
    for (let person = 0; person < ALARMS_AN_ADDRESS_A_DAY + 2; person += 1) {
      const requester = await register(server);
      must(await requester.post('/users/me/contacts', { name: 'Ada', phone }));
      must(await raise(requester));
      await pass(server);
    }
    expect(await mailsTo(server, phone)).toHaveLength(ALARMS_AN_ADDRESS_A_DAY);
    const tallies = await server.connection.collection('contact_tallies').find().toArray();
    expect(JSON.stringify(tallies)).not.toContain(phone);
    for (const { expiresAt } of tallies) {
      expect((expiresAt as Date).getTime()).toBeLessThan(Date.now() + 3 * DAY);
    }
  });

  it('are told by who named them before, whatever others did to use up what their address gets', async () => {
    const victim = await register(server);
    const phone = uniquePhone();
    const { data } = must(
      await victim.post<{ id: string }>('/users/me/contacts', { name: 'Mother', phone }),
    );
    await namedYesterday(victim, data.id);
    for (let other = 0; other < 2; other += 1) {
      const attacker = await register(server);
      must(await attacker.post('/users/me/contacts', { name: 'Ada', phone }));
      for (let round = 0; round < ALARMS_AN_ADDRESS_A_DAY / 2; round += 1) {
        await falseAlarm(attacker);
      }
    }
    const alarms = async () =>
      (await mailsTo(server, phone)).filter(({ text }) => text.includes('/track/')).length;
    expect(await alarms()).toBe(ALARMS_AN_ADDRESS_A_DAY);
    await falseAlarm(victim);
    expect(await alarms()).toBe(ALARMS_AN_ADDRESS_A_DAY + 1);
    // Once: then they are of those who used it up.
    await falseAlarm(victim);
    expect(await alarms()).toBe(ALARMS_AN_ADDRESS_A_DAY + 1);
  });

  /** Ids hold the time at which they were made. */
  async function namedYesterday(person: TestActor, contact: string): Promise<void> {
    const made = new Types.ObjectId(contact).getTimestamp().getTime() - DAY;
    const id = Types.ObjectId.createFromTime(Math.floor(made / SECOND))
      .toHexString()
      .slice(0, 8);
    await server.connection
      .collection('users')
      .updateOne(
        { _id: person.objectId, 'contacts._id': new Types.ObjectId(contact) },
        { $set: { 'contacts.$._id': new Types.ObjectId(id + contact.slice(8)) } },
      );
  }
});

describe('With two nodes', () => {
  it('each contact and each helper is told once, however many nodes look at once', async () => {
    const { server, node, close } = await startTwoNodes();
    const both = <T>(ask: (one: TestApp) => Promise<T>): Promise<T[]> =>
      Promise.all([server, node].map(ask));
    for (let round = 0; round < 5; round += 1) {
      const place = somewhere();
      const phone = uniquePhone();
      await verifiedHelper(server, north(place, 300), { phone });
      const requester = await register(server);
      const contact = await contactOf(requester);
      const { id } = must(await raise(requester, { location: place })).data;
      await both((one) => pass(one, 5 * SECOND));
      await both((one) => pass(one, 10 * SECOND));
      // The nodes write into one folder.
      const sent = async (to: string) => (await mailsTo(server, to)).length;
      expect([await sent(contact.email), await sent(contact.phone), await sent(phone)]).toEqual([
        1, 1, 1,
      ]);
      must(await cancel(requester, id));
    }
    await close();
  });

  it('the other one tells them when the node that took the SOS is gone', async () => {
    const { server, node } = await startTwoNodes();
    const place = somewhere();
    const phone = uniquePhone();
    await verifiedHelper(server, north(place, 300), { phone });
    const requester = await register(server);
    await contactOf(requester);
    const { id } = must(await raise(requester, { location: place })).data;
    await server.close();
    await pass(node, 5 * SECOND);
    const sent = await node.connection
      .collection('deliveries')
      .find({ status: 'sent', kind: { $in: ['contact.alarm', 'emergency.alert'] } })
      .toArray();
    expect(
      sent.map(({ kind, channel }) => `${String(kind)} ${String(channel)}`).toSorted(),
    ).toEqual(['contact.alarm email', 'contact.alarm sms', 'emergency.alert sms']);
    const { items } = must(await ledger(requester.on(node), id)).data;
    expect(items[0]?.attempts).toEqual([
      { channel: 'sms', status: 'sent', at: expect.any(String) },
    ]);
    await node.connection.dropDatabase();
    await node.close();
  });
});
