import { Types } from 'mongoose';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { PersonalData } from '../../src/modules/data-protection/personal-data';
import { TrustLedger } from '../../src/modules/trust/trust-ledger';
import { must, register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { adminOf } from '../support/actors';
import { passTime, resolve, somewhere } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { helpStep, startedScene } from '../support/help-requests';
import { inboxOf } from '../support/notifications';
import { completedBooking, offer, review } from '../support/skills';
import { closeSockets, TestSocket } from '../support/sockets';
import {
  becomeOrdinary,
  confirm,
  confirmedRescue,
  ordinaryPerson,
  ownTrust,
  rescue,
  trustEvents,
} from '../support/trust';
import { differing } from '../support/trust-ledger';

describe('The record of trust', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  afterEach(closeSockets);

  /** Access tokens may have grown old in the test before. */
  beforeEach(() => passTime(server, 0));

  const rate = (actor: TestActor, id: string, rating: number) =>
    actor.post(`/help-requests/${id}/ratings`, { rating });

  async function helped(): Promise<{ requester: TestActor; helper: TestActor; id: string }> {
    const { requester, helper, id } = await startedScene(server);
    await becomeOrdinary(server, requester, helper);
    must(await helpStep(requester, id, 'complete'));
    return { requester, helper, id };
  }

  it.each([
    [5, 40, 0],
    [4, 24, 0],
    [3, 8, 0],
    [2, 0, 0],
    [1, 0, 20],
  ])(
    'of who helped takes a rating of %i stars as %i points earned and %i lost',
    async (stars, earned, lost) => {
      const { requester, helper, id } = await helped();
      expect(await ownTrust(helper)).toMatchObject({ earned: 0 });
      must(await rate(requester, id, stars));
      expect(await ownTrust(helper)).toMatchObject({ earned, lost });
      expect(await trustEvents(helper)).toMatchObject([
        { kind: 'help', points: earned - lost, source: { kind: 'help_request', id } },
      ]);
    },
  );

  it('of who was helped stays empty, whatever their helper says of them', async () => {
    const { requester, helper, id } = await helped();
    must(await rate(helper, id, 5));
    must(await rate(requester, id, 5));
    expect(await trustEvents(requester)).toEqual([]);
    expect(await ownTrust(helper)).toMatchObject({ earned: 40, people: 1 });
  });

  it('takes a review of a completed booking as half of what help is worth', async () => {
    const [owner, client] = [await register(server), await ordinaryPerson(server)];
    const { id: skill } = await offer(owner);
    const booking = await completedBooking(server, owner, client, skill);
    must(await review(client, booking, 5));
    expect(await ownTrust(owner)).toMatchObject({ earned: 20 });
    expect(await trustEvents(owner)).toMatchObject([
      { kind: 'booking', points: 20, source: { kind: 'booking', id: booking } },
    ]);
  });

  it('loses by an upheld report, gets it back when that is overturned, and never says which report it was', async () => {
    const person = await ordinaryPerson(server);
    const ledger = server.get(TrustLedger);
    const transactions = server.get(TransactionRunner);
    const report = new Types.ObjectId();
    const subject = person.objectId;
    await transactions.run((session) =>
      ledger.reportUpheld(session, { subject, report, action: 'suspend' }),
    );
    expect(await ownTrust(person)).toMatchObject({ lost: 400, trustScore: 278 });
    await transactions.run((session) => ledger.reportOverturned(session, { subject, report }));
    expect(await ownTrust(person)).toMatchObject({ lost: 0, trustScore: 500 });
    const { text } = must(await person.get('/users/me/trust/events'));
    expect(text).not.toContain(report.toHexString());
    expect(await trustEvents(person)).toMatchObject([
      { kind: 'report_overturned', source: null },
      { kind: 'report', points: -400, source: null },
    ]);
    expect(await differing(server)).toBe(0);
  });

  it('takes one cause once: the database refuses a second event of it', async () => {
    const { requester, helper, id } = await helped();
    must(await rate(requester, id, 5));
    const events = server.connection.collection('trust_events');
    const [event] = await events.find({ subject: helper.objectId }).toArray();
    await expect(events.insertOne({ ...event, _id: new Types.ObjectId() })).rejects.toMatchObject({
      code: 11000,
    });
  });

  it('tells the helper of a confirmation on their devices and in their inbox, and not who an anonymous requester is', async () => {
    const place = somewhere();
    const [requester, helper] = [
      await ordinaryPerson(server, 'Nobody Knows'),
      await verifiedHelper(server, place),
    ];
    const id = await rescue(requester, helper, place, { anonymous: true });
    const device = await TestSocket.connect(helper);
    must(await resolve(requester, id));
    must(await confirm(requester, id, helper));
    const told = await device.event('helper.confirmed');
    expect(told).toMatchObject({
      kind: 'emergency',
      subjectId: id,
      seq: null,
      data: { helper: { id: helper.id }, confirmedAt: expect.any(String) },
    });
    await eventually(async () => {
      expect(await inboxOf(helper)).toMatchObject([
        { kind: 'helper.confirmed', subject: { kind: 'emergency', id } },
      ]);
    });
    const { text } = must(await helper.get('/users/me/trust/events'));
    for (const said of [JSON.stringify(told), text, JSON.stringify(await inboxOf(helper))]) {
      expect(said).not.toContain(requester.id);
      expect(said).not.toContain('Nobody Knows');
    }
  });

  it('counts the confirmation of somebody whom the helper blocked since, and tells the helper nothing', async () => {
    const place = somewhere();
    const [requester, helper] = [await ordinaryPerson(server), await verifiedHelper(server, place)];
    const id = await rescue(requester, helper, place);
    must(await resolve(requester, id));
    must(await helper.put(`/users/me/blocks/${requester.id}`));
    must(await confirm(requester, id, helper));
    expect(await ownTrust(helper)).toMatchObject({ earned: 100 });
    expect(await inboxOf(helper)).toEqual([]);
  });

  it('of somebody who erased their account is nobody’s, and the other side keeps its points', async () => {
    const place = somewhere();
    const [requester, helper] = [await ordinaryPerson(server), await verifiedHelper(server, place)];
    await confirmedRescue(requester, helper, place);
    must(await requester.delete('/users/me', { password: requester.password }));
    expect(await ownTrust(helper)).toMatchObject({ earned: 100, people: 1 });
    must(await helper.delete('/users/me', { password: helper.password }));
    const user = await server.connection.collection('users').findOne({ _id: helper.objectId });
    expect(user).toMatchObject({ trustScore: 500 });
    expect(user).not.toHaveProperty('trustAsOf');
    expect(await differing(server)).toBe(0);
  });

  it('is part of what somebody gets who asks for all their data', async () => {
    const { requester, helper, id } = await helped();
    must(await rate(requester, id, 4));
    const section = server.get(PersonalData).sections.find(({ name }) => name === 'trust');
    const rows: object[] = [];
    for await (const row of (await section?.collect(helper.objectId)) ?? []) rows.push(row);
    expect(rows).toMatchObject([{ kind: 'help', points: 24, source: { id } }]);
    expect(JSON.stringify(rows)).not.toContain(requester.id);
  });

  it('is one’s own to read: staff have no route to it either', async () => {
    const admin = await adminOf(server);
    const person = await ordinaryPerson(server);
    for (const path of [`/users/${person.id}/trust`, `/admin/users/${person.id}/trust`]) {
      expect((await admin.get(path)).status).toBe(404);
    }
  });
});
