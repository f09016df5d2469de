import type { Emergency } from '../client/contract';
import type { Helper } from '../client/helper';
import { milliseconds } from '../output/journal';
import { until } from '../until';
import type { Plan } from './answers';
import type { RequesterMap } from './requester-map';
import { emergencyOf, timelineOf } from './sos';
import type { Stage } from './stage';
import { countTo, numbers, replay } from './timeline';

/** The requester resolves; who hears of it, and whether the record says what happened. */
export async function resolveAndCheck(
  stage: Stage,
  id: string,
  plans: Plan[],
  accepted: Helper[],
): Promise<void> {
  const { cast, checks, journal } = stage;
  const { mira } = cast;
  const answer = await mira.post<Emergency>(`/emergencies/${id}/resolve`, { outcome: 'helped' });
  checks.same([answer.status, answer.data?.status], [200, 'resolved'], 'She resolves it');
  journal.tell(`${mira.name} is safe and resolves it`);

  const concerned = plans.filter(({ part }) => part !== 'declines').map(({ helper }) => helper);
  const heardEnd = ({ person }: Helper): boolean =>
    person.live.of(id, 'emergency.resolved').length === 1;
  // Whether they did is what the check says.
  await until('all hear of the end', () => concerned.every(heardEnd)).catch(() => undefined);
  checks.that(
    concerned.every(heardEnd),
    `Everybody who came or had not answered hears of the end, once (${concerned.length})`,
  );
  const outsiders = concerned.filter((helper) => !accepted.includes(helper));
  const allowed = ['emergency.created', 'emergency.resolved'];
  checks.that(
    outsiders.every(({ person }) => person.live.of(id).every(({ name }) => allowed.includes(name))),
    'Who did not accept hears nothing from the room',
  );

  const { seq } = await emergencyOf(mira, id);
  const timeline = await timelineOf(mira, id);
  const { problems, status, present } = replay(timeline);
  checks.same({ problems, status }, { problems: [], status: 'resolved' }, 'The timeline adds up');
  checks.same(timeline.length, seq, 'The timeline has as many events as the emergency says');
  checks.same(
    present.sort(),
    accepted.map(({ person }) => person.id).sort(),
    'Everybody who accepted is in the timeline',
  );
  checks.same(
    numbers(mira.live.of(id)),
    countTo(seq),
    'Her socket heard each numbered event once, in order',
  );
}

/** What the requester saw of the helper who came first. */
export function checkPositions(
  { checks, journal }: Stage,
  map: RequesterMap,
  helper: Helper | undefined,
): void {
  const shown = map.shown(helper);
  journal.tell(
    `${map.total} positions were shown on her map; from phone to phone it took ${milliseconds(map.medianDelay(helper))} ms (median)`,
  );
  checks.that(
    shown.length >= 2 &&
      shown.every((meters, index) => index === 0 || meters <= (shown[index - 1] ?? 0)),
    'She sees the helper come nearer, position by position',
    shown,
  );
  checks.that((shown.at(-1) ?? Infinity) < 1, 'The last position is her door', shown.at(-1));
}
