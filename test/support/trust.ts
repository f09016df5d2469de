import type { EmergencyDto } from '../../src/modules/emergencies/dto/emergency.view.dto';
import type { TrustDto, TrustEventDto } from '../../src/modules/trust/dto/trust.view.dto';
import { TrustSweeper } from '../../src/modules/trust/trust.sweeper';
import { DAY } from '../../src/common/time/clock';
import { must, register, type TestActor } from './actors';
import type { TestApp } from './app';
import { accept, raise, resolve, step } from './emergencies';
import type { Place } from '../../src/common/geo/geo';

/** The requester says that this helper came. */
export const confirm = (
  requester: TestActor,
  id: string,
  helper: TestActor,
  headers?: Record<string, string>,
) =>
  requester.post<EmergencyDto>(
    `/emergencies/${id}/responses/${helper.id}/confirm`,
    undefined,
    headers,
  );

export const ownTrust = async (person: TestActor): Promise<TrustDto> =>
  must(await person.get<TrustDto>('/users/me/trust')).data;

export const trustEvents = async (person: TestActor): Promise<TrustEventDto[]> =>
  must(await person.get<{ items: TrustEventDto[] }>('/users/me/trust/events?limit=100')).data.items;

/** Somebody with a confirmed address and an account of a year, as most people are. */
export async function ordinaryPerson(server: TestApp, displayName?: string): Promise<TestActor> {
  const person = await register(server, displayName ? { displayName } : {});
  await becomeOrdinary(server, person);
  return person;
}

/** Links in mails and a year of waiting have tests of their own. */
export async function becomeOrdinary(server: TestApp, ...people: TestActor[]): Promise<void> {
  await server.connection.collection('users').updateMany(
    { _id: { $in: people.map(({ objectId }) => objectId) } },
    {
      $set: {
        emailVerified: true,
        createdAt: new Date(server.clock.now().getTime() - 365 * DAY),
      },
    },
  );
}

/** An SOS to whose place the helper really comes: their position is there when they say that they have arrived. */
export async function rescue(
  requester: TestActor,
  helper: TestActor,
  place: Place,
  sos: Record<string, unknown> = {},
): Promise<string> {
  must(await helper.put('/users/me/location', { ...place }));
  const { id } = must(await raise(requester, { location: place, ...sos })).data;
  must(await accept(helper, id));
  must(await step(helper, id, 'on_way'));
  must(await step(helper, id, 'arrived'));
  return id;
}

/** The same, resolved and confirmed. */
export async function confirmedRescue(
  requester: TestActor,
  helper: TestActor,
  place: Place,
): Promise<string> {
  const id = await rescue(requester, helper, place);
  must(await resolve(requester, id));
  must(await confirm(requester, id, helper));
  return id;
}

/** One round of scores that are old by the test's clock. */
export async function sweepTrust(server: TestApp): Promise<void> {
  await server.get(TrustSweeper).sweep();
}
