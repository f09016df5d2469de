import { HOUR, SECOND } from '../../src/common/time/clock';
import { ALERT_TEXTS_A_DAY } from '../../src/modules/emergencies/escalation/alert-texts';
import { TOLD_BY_ONE_AN_HOUR } from '../../src/modules/notifications/notice-deliveries';
import { TEXTS_A_DAY } from '../../src/modules/notifications/notification-composer';
import { must, register, type TestActor, uniquePhone, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { cancel, north, raise, renew, somewhere } from '../support/emergencies';
import { ask, helpScene, offer } from '../support/help-requests';
import { confirmEmail, inboxOf } from '../support/notifications';
import { mailsTo } from '../support/outbox';
import { pass, textsTo } from '../support/reach';

describe('Nobody is flooded by way of us', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  /** Offers and takes it back, each of which tells the requester. */
  async function goToAndFro(helper: TestActor, id: string, times: number): Promise<void> {
    for (let round = 0; round < times; round += 1) {
      const { data } = must(await offer(helper, id));
      must(await helper.post(`/help-requests/${id}/offers/${data.id}/withdraw`, {}));
    }
  }

  const mailsOfOffers = async (person: TestActor): Promise<number> =>
    (await mailsTo(server, person.email)).filter(({ subject }) => /offer/i.test(subject)).length;

  it('by one person who does the same thing over and over: the inbox has it all, mail stops for the hour', async () => {
    const { requester, helpers, id } = await helpScene(server, 2);
    const [helper, other] = helpers as [TestActor, TestActor];
    await confirmEmail(server, requester);
    await goToAndFro(helper, id, TOLD_BY_ONE_AN_HOUR / 2 + 3);
    expect(await mailsOfOffers(requester)).toBe(TOLD_BY_ONE_AN_HOUR);
    expect(await inboxOf(requester, '?limit=100')).toHaveLength(TOLD_BY_ONE_AN_HOUR + 6);

    must(await offer(other, id));
    expect(await mailsOfOffers(requester)).toBe(TOLD_BY_ONE_AN_HOUR + 1);
    server.clock.advance(HOUR);
    await renew(helper);
    await goToAndFro(helper, id, 1);
    expect(await mailsOfOffers(requester)).toBe(TOLD_BY_ONE_AN_HOUR + 3);
  });

  it('at a telephone that somebody calls theirs, however many accounts do', async () => {
    const phone = uniquePhone();
    for (let account = 0; account < 2; account += 1) {
      const owner = await register(server, { phone });
      const channels = { help: { sms: true } };
      must(
        await owner.put('/users/me/notification-preferences', {
          locale: 'en',
          channels,
          quietHours: null,
        }),
      );
      const { id } = must(await ask(owner, { location: somewhere() })).data;
      await goToAndFro(await register(server), id, 4);
      await pass(server);
    }
    expect(await textsTo(server, phone)).toHaveLength(TEXTS_A_DAY);
  });

  it('by an SOS that one person raises and takes back all day: helpers are pushed, and texted no more', async () => {
    const place = somewhere();
    const phone = uniquePhone();
    await verifiedHelper(server, north(place, 300), { phone });
    const requester = await register(server);
    const round = async (): Promise<void> => {
      const { id } = must(await raise(requester, { location: place })).data;
      await pass(server, 5 * SECOND);
      must(await cancel(requester, id));
    };
    for (let count = 0; count < ALERT_TEXTS_A_DAY + 2; count += 1) await round();
    expect(await textsTo(server, phone)).toHaveLength(ALERT_TEXTS_A_DAY);

    // Of somebody else the helper hears at once.
    must(await raise(await register(server), { location: place }));
    await pass(server, 5 * SECOND);
    expect(await textsTo(server, phone)).toHaveLength(ALERT_TEXTS_A_DAY + 1);
  });
});
