import type { Place } from '../../src/common/geo/geo';
import {
  adminOf,
  type Json,
  must,
  register,
  staff,
  type TestActor,
  uniquePhone,
  verifiedHelper,
} from '../support/actors';
import type { TestApp } from '../support/app';
import { openBusiness, promotionFields } from '../support/businesses';
import {
  accept as come,
  cancel,
  decline,
  north,
  raise,
  somewhere,
  step,
} from '../support/emergencies';
import { acceptOffer, ask, helpStep, offer as offerHelp, write } from '../support/help-requests';
import { settle, reported } from '../support/moderation';
import { confirmEmail, sendAll } from '../support/notifications';
import { found, invite, join, give } from '../support/organizations';
import { confirm, pay } from '../support/payments';
import { act, book, offer, review, times } from '../support/skills';
import { subscribe } from '../support/subscriptions';
import { askFor } from '../support/verification';

/** Stands in everything that the person writes, in whatever field. */
export const MARK = 'Zwiebelfisch';
/** Stands in everything that others write. */
export const OTHERS_MARK = 'Fremdwort';

export interface Life {
  person: TestActor;
  others: TestActor[];
  /** What must be nowhere once the account is erased. */
  secrets: string[];
}

/** Somebody who has done a thing of every kind, with some other people. */
export async function life(server: TestApp): Promise<Life> {
  const near = somewhere();
  const home = { latitude: near.latitude + 0.012345, longitude: near.longitude + 0.054321 };
  const phone = uniquePhone();
  const contactPhone = uniquePhone();
  const moderator = await staff(server, 'moderator');
  const person = await register(server, { displayName: `Samira ${MARK}`, phone });
  const friend = await register(server, { displayName: `Jonas ${OTHERS_MARK}` });
  const helper = await verifiedHelper(server, north(home, 100));
  await confirmEmail(server, person);
  must(await person.patch('/users/me', { bio: MARK, avatarUrl: `https://x.example/${MARK}` }));
  must(await person.put('/users/me/location', home));
  must(
    await person.post(
      '/users/me/contacts',
      { name: MARK, phone: contactPhone },
      { 'idempotency-key': MARK },
    ),
  );
  must(await askFor(person, { note: MARK }));
  await emergencies({ person, helper, home });
  await neighbourhood(server, person, friend);
  await listings(server, person, friend);
  await house(server, person, friend, home);
  await settle(moderator, await reported(friend, 'user', person.id), 'warn');
  must(
    await person.post('/reports', {
      subject: { kind: 'user', id: friend.id },
      reason: 'abuse',
      text: MARK,
    }),
  );
  const stranger = await register(server);
  must(await person.put(`/users/me/blocks/${stranger.id}`));
  must(await stranger.put(`/users/me/blocks/${person.id}`));
  await sendAll(server);
  return {
    person,
    others: [friend, helper, moderator, await adminOf(server)],
    secrets: [
      MARK,
      person.email,
      phone,
      contactPhone,
      // The latitude alone: the helpers stand north of it.
      String(home.latitude),
    ],
  };
}

interface Emergencies {
  person: TestActor;
  helper: TestActor;
  home: Place;
}

async function emergencies({ person, helper, home }: Emergencies): Promise<void> {
  const sos = { location: home, description: MARK, requestId: MARK };
  const { id } = must(await raise(person, sos)).data;
  must(await come(helper, id));
  must(await person.post(`/emergencies/${id}/messages`, { text: MARK, clientId: MARK }));
  must(await helper.post(`/emergencies/${id}/messages`, { text: OTHERS_MARK }));
  must(await step(helper, id, 'on_way'));
  must(await person.post(`/emergencies/${id}/resolve`, { outcome: 'helped', notes: MARK }));
  const second = must(await raise(person, { location: home, anonymous: true })).data.id;
  must(await decline(helper, second));
  must(await person.post(`/emergencies/${second}/cancel`, { reason: MARK }));
  const other = must(await raise(helper, { location: north(home, 50) })).data.id;
  must(await cancel(helper, other));
}

async function neighbourhood(server: TestApp, person: TestActor, friend: TestActor): Promise<void> {
  const words = { title: MARK, description: MARK };
  for (const [asking, helping, text] of [
    [person, friend, { ...words, location: somewhere() }],
    [friend, person, { title: OTHERS_MARK, description: OTHERS_MARK, location: somewhere() }],
  ] as const) {
    const mark = helping === person ? MARK : OTHERS_MARK;
    const { id } = must(await ask(asking, text as unknown as Json)).data;
    const offered = must(await offerHelp(helping, id, { message: mark })).data.id;
    must(await acceptOffer(asking, id, offered));
    must(await write(person, id, offered, { text: MARK }));
    must(await helpStep(helping, id, 'start'));
    must(await helpStep(asking, id, 'complete'));
    must(await person.post(`/help-requests/${id}/ratings`, { rating: 5, text: MARK }));
    must(await friend.post(`/help-requests/${id}/ratings`, { rating: 4, text: OTHERS_MARK }));
  }
}

async function listings(server: TestApp, person: TestActor, friend: TestActor): Promise<void> {
  const pricing = { type: 'fixed', amountMinor: 2500, currency: 'EUR' };
  const own = await offer(person, { title: MARK, description: MARK, tags: [MARK], pricing });
  const other = await offer(friend, { pricing });
  const booked = must(await book(friend, own.id, { ...times(server, 24), note: OTHERS_MARK })).data
    .id;
  must(await act(person, booked, 'decline', { reason: MARK }));
  const { id } = must(await book(person, other.id, { ...times(server, 48), note: MARK })).data;
  must(await act(friend, id, 'accept'));
  const { payment } = must(await pay(person, 'booking', id)).data;
  must(await confirm(person, payment.id, 'success'));
  const ago = (hours: number): Date => new Date(server.clock.now().getTime() - hours * 3_600_000);
  await server.connection
    .collection('bookings')
    .updateOne(
      { client: person.objectId },
      { $set: { startsAt: ago(3), endsAt: ago(2), dueAt: ago(-1) } },
    );
  must(await act(person, id, 'complete'));
  must(await review(person, id, 5, MARK));
}

async function house(
  server: TestApp,
  person: TestActor,
  friend: TestActor,
  home: Place,
): Promise<void> {
  const shop = await openBusiness(person, { name: MARK, description: MARK });
  must(
    await person.post(
      `/businesses/${shop.id}/promotions`,
      promotionFields(server, 0, 24, { title: MARK }),
    ),
  );
  must(await subscribe(person, 'business', shop.id));
  const { id } = await found(friend, { joinPolicy: 'open' });
  must(await join(person, id));
  must(await give(friend, id, person.id, { approved: true }));
  const closed = await found(friend, { joinPolicy: 'request' });
  must(await join(person, closed.id, { message: MARK }));
  const third = await found(friend);
  must(await invite(friend, third.id, person.email));
  must(await person.put('/users/me/location', home));
}
