import type { Place } from '../../common/geo/geo';
import { must } from '../client/api-client';
import type { Page } from '../client/contract';
import type { Helper } from '../client/helper';
import type { Person } from '../client/person';
import { kilometres, milliseconds } from '../output/journal';
import { until } from '../until';
import type { Stage } from './stage';

/** A helper who had the app closed opens it, finds the alert, and comes. */
export async function latecomerHelps(
  stage: Stage,
  requester: Person,
  id: string,
  place: Place,
): Promise<void> {
  const { checks, journal, pace } = stage;
  const helper = await nearestWithAppClosed(stage, id, place);
  const began = performance.now();
  await helper.person.live.connect();
  await until('the missed alert comes', () => helper.alerts(id).length > 0);
  const took = milliseconds(performance.now() - began);
  journal.tell(`${helper.name} opens the app, and the missed alert is there after ${took} ms`);
  checks.same(must(await helper.accept(id)).status, 'responding', 'Somebody else accepts');
  checks.same(
    helper.alerts(id).length,
    1,
    'A missed alert is found again on connecting, and sent once',
  );
  const way = kilometres(helper.distanceTo(place));
  journal.tell(`${helper.name} accepts, ${way} away, and sets out at once`);
  must(await helper.step(id, 'on_way', helper.secondsTo(place)));
  await helper.travelTo(place, pace);
  const { responses } = must(await helper.step(id, 'arrived'));
  journal.tell(`${helper.name} has arrived`);
  const own = responses.find((response) => response.helper.id === helper.person.id);
  checks.that(own?.status === 'arrived' && own.arrivedAt !== null, 'The helper arrives', own);
  const shown = requester.live.of(id, 'location.updated').length;
  checks.that(shown > 0, 'Her new connection is in the room: she saw the helper come');
}

async function nearestWithAppClosed({ helpers }: Stage, id: string, place: Place): Promise<Helper> {
  const closed = helpers
    .filter(({ connected }) => !connected)
    .sort((a, b) => a.distanceTo(place) - b.distanceTo(place));
  for (const helper of closed) {
    const alerts = await helper.person.get<Page<{ emergencyId: string }>>('/emergencies/alerts');
    if (must(alerts).items.some(({ emergencyId }) => emergencyId === id)) return helper;
  }
  throw new Error('Nobody with the app closed was alerted.');
}
