import type { City } from './city/city';
import { goOnline, HELPERS, populate } from './city/population';
import { ApiClient } from './client/api-client';
import { Person } from './client/person';
import { settle } from './community/settle';
import type { Journal } from './output/journal';
import { Checks } from './output/checks';
import { type SosFigures, table } from './output/table';
import { Pace } from './pace';
import { Random } from './random';
import type { ServerProcess } from './server/server-process';
import type { Credentials } from './server/server-settings';
import { playBadNight } from './stories/bad-night';
import { playHouse } from './stories/house';
import { playNeighbours } from './stories/neighbours';
import { playNormal } from './stories/normal';
import { playRace } from './stories/race';
import { everybodyGoesHome } from './stories/sos';
import type { Cast, Stage } from './stories/stage';

/** A minute of the story takes a second. */
const FACTOR = 60;

/** A story without an SOS has no figures. */
const STORIES: [title: string, play: (stage: Stage) => Promise<SosFigures | null>][] = [
  ['SOS 1: as it should go', playNormal],
  ['SOS 2: a race', playRace],
  ['SOS 3: a bad night', playBadNight],
  ['SOS 4: the house', playHouse],
  ['Neighbours', playNeighbours],
];

const LEGEND = [
  'tap→first, tap→last: to the socket of the first and the last alerted helper with the app open; in the bad night from',
  'the first fix. delivered: acknowledged by a phone; the others have the app closed. The first SOS meets a cold server.',
];

/** Puts the people of a city into a server, by its public API. */
export async function prepare(
  server: ServerProcess,
  admin: Credentials,
  city: City,
  seed: number,
  journal: Journal,
): Promise<Stage> {
  const random = new Random(seed);
  const api = new ApiClient(server.url);
  const began = performance.now();
  journal.say(`Registering ${HELPERS} helpers around ${city.name}, ${city.country} …`);
  const helpers = await populate(city, api, admin, random, (line) => journal.say(line));
  const online = await goOnline(helpers, city, random);
  const cast = await castRoles(api);
  const settled = await settle(city, helpers, random);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  journal.say(
    `${helpers.length} helpers registered, verified and placed through the API, ${online.length} connected;`,
  );
  journal.say(
    `${settled.helpRequests.length} help requests, ${settled.skills.length} skills, ${settled.businesses.length} businesses, ` +
      `${settled.organizations.length} organizations; in ${seconds} s.`,
  );
  const checks = new Checks(journal);
  return { city, helpers, cast, settled, random, pace: new Pace(FACTOR), journal, checks };
}

/** Plays the stories and tells what came of them. */
export async function playAll(stage: Stage, server: ServerProcess): Promise<void> {
  const { checks, journal } = stage;
  journal.say(`Time runs ${FACTOR}×: a second here is a minute there. The latencies are real.`);
  const rows: SosFigures[] = [];
  for (const [title, play] of STORIES) {
    journal.heading(title);
    checks.begin(title);
    try {
      const figures = await play(stage);
      if (figures) rows.push(figures);
      await everybodyGoesHome(stage);
    } catch (error) {
      checks.that(false, 'The story is played to its end', String(error));
    }
  }
  checks.begin('The server');
  checks.same(server.errorLines.length, 0, 'The server logged no error');
  journal.heading('In figures');
  for (const line of table(rows)) journal.say(line);
  for (const line of LEGEND) journal.say(line);
  journal.heading('Checks');
  checks.report();
}

async function castRoles(api: ApiClient): Promise<Cast> {
  const [mira, deniz, ana, noor] = await Promise.all([
    Person.register(api, 'Mira K.', '+4915112345678'),
    Person.register(api, 'Deniz A.'),
    Person.register(api, 'Ana P.'),
    Person.register(api, 'Noor H.'),
  ]);
  return { mira, deniz, ana, noor };
}
