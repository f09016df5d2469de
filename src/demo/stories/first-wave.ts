import type { Place } from '../../common/geo/geo';
import type { Helper } from '../client/helper';
import type { Person } from '../client/person';
import { kilometres } from '../output/journal';
import { type Arrival, DEFAULT_RADIUS_METERS, delivered, FIRST_WAVE } from './sos';
import type { Stage } from './stage';

/** By the rule of docs/design.md while nobody's trust differs: the nearest inside the SOS's radius and their own. */
export function whoShouldBeAlerted(helpers: Helper[], place: Place): Helper[] {
  return helpers
    .filter((helper) => {
      const distance = helper.distanceTo(place);
      return distance <= helper.radiusMeters && distance <= DEFAULT_RADIUS_METERS;
    })
    .sort((a, b) => a.distanceTo(place) - b.distanceTo(place))
    .slice(0, FIRST_WAVE);
}

/** Waits for the first wave, tells how it arrived, and checks who was told what. */
export async function tellFirstWave(
  stage: Stage,
  requester: Person,
  emergencyId: string,
  since: number,
  nearest: Helper[],
): Promise<Arrival[]> {
  const arrived = await delivered(stage, requester, emergencyId, since);
  tellArrived(stage, arrived, since, nearest);
  return arrived;
}

/** Tells how the first wave arrived, and checks who was told what. */
export function tellArrived(
  { checks, journal }: Stage,
  arrived: Arrival[],
  since: number,
  nearest: Helper[],
): void {
  for (const [which, arrival] of [
    ['first', arrived[0]],
    ['last', arrived.at(-1)],
  ] as const) {
    if (!arrival) continue;
    const { helper, ms, heard } = arrival;
    const away = kilometres(heard.event.data.distanceMeters ?? 0);
    journal.tell(
      `${which} of ${arrived.length}: helper ${helper.name} alerted (about ${away})`,
      since + ms,
    );
  }
  const offline = nearest.filter(({ connected }) => !connected).length;
  journal.tell(
    `delivered to ${arrived.length} phones; for ${offline} with the app closed the alert waits`,
  );

  const names = (helpers: Helper[]): string[] => helpers.map(({ name }) => name).sort();
  checks.same(
    names(arrived.map(({ helper }) => helper)),
    names(nearest.filter(({ connected }) => connected)),
    'Of those with the app open, exactly the nearest hear of it',
  );
  checks.that(
    arrived.every(({ heard: { event } }) => {
      const { requester: name, location, description } = event.data;
      return name === null && description === null && location?.precision === 'coarse';
    }),
    'An alerted helper gets a coarse place, no name and no description',
  );
}
