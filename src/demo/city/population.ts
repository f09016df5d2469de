import { ApiClient, must } from '../client/api-client';
import { Helper } from '../client/helper';
import { Person } from '../client/person';
import { inParallel } from '../in-parallel';
import type { Random } from '../random';
import type { Credentials } from '../server/server-settings';
import { type City, somewhereIn } from './city';
import { helperName } from './names';

export const HELPERS = 200;
/** How many have the app open. */
const ONLINE = 60;
/** Among how many nearest to the centre those are drawn, so that most alerts of a story meet an open app. */
const ONLINE_AMONG = 75;
/** How far helpers say that they would go, in metres: assumed. */
const WILLING_METERS = { least: 2500, most: 6000 };
/** Registrations at once: enough to keep the hashing threads of bcrypt busy. */
const AT_ONCE = 8;
/** So that a slow machine does not look dead. */
const TELL_EVERY = 50;

/** Registers and verifies the helpers of a city, each at a place of their own, through the public API. */
export async function populate(
  city: City,
  api: ApiClient,
  admin: Credentials,
  random: Random,
  tell: (line: string) => void,
): Promise<Helper[]> {
  const operator = await Person.logIn(api, admin.email, admin.password);
  // Drawn before the work is spread, so that the same seed gives the same people in whatever order they register.
  const drafts = Array.from({ length: HELPERS }, (_, index) => ({
    name: helperName(index),
    home: somewhereIn(city, random),
    radiusMeters: Math.round(random.between(WILLING_METERS.least, WILLING_METERS.most)),
  }));
  let done = 0;
  return inParallel(drafts, AT_ONCE, async ({ name, home, radiusMeters }) => {
    const person = await Person.register(api, name);
    must(
      await person.patch('/users/me/helper', {
        helper: true,
        available: true,
        helperRadiusMeters: radiusMeters,
        skills: ['first aid'],
      }),
    );
    must(await person.put('/users/me/location', { ...home, accuracyMeters: 10 }));
    must(await operator.patch(`/admin/users/${person.id}`, { verified: true }));
    done += 1;
    if (done % TELL_EVERY === 0) tell(`… ${done} of ${HELPERS}`);
    return new Helper(person, home, radiusMeters);
  });
}

/** Opens the app of some helpers around the centre. */
export async function goOnline(helpers: Helper[], city: City, random: Random): Promise<Helper[]> {
  const around = helpers
    .toSorted((a, b) => a.distanceTo(city.centre) - b.distanceTo(city.centre))
    .slice(0, ONLINE_AMONG);
  const online = random.shuffled(around).slice(0, ONLINE);
  await Promise.all(online.map(({ person }) => person.live.connect()));
  return online;
}
