import { setTimeout as delay } from 'node:timers/promises';
import { must } from '../client/api-client';
import type { Emergency, TimelineEvent } from '../client/contract';
import type { Helper } from '../client/helper';
import { milliseconds } from '../output/journal';
import type { SosFigures } from '../output/table';
import { until } from '../until';
import { latecomerHelps } from './latecomer';
import {
  type Arrival,
  arrivals,
  delivered,
  emergencyOf,
  figures,
  inTheCentre,
  ledgerOf,
  type Tap,
  tap,
  timelineOf,
} from './sos';
import type { Stage } from './stage';
import { countTo, numbers, replay } from './timeline';

/** Long enough for an alert that must not come to come. */
const SILENCE_MS = 400;
/** What the requester's socket has heard once a helper has joined: created, joined, responding. */
const SOMEBODY_COMES = 3;

/** No GPS fix, a helper who gives up, a connection that breaks: the alarm goes through all the same. */
export async function playBadNight(stage: Stage): Promise<SosFigures> {
  const { cast, checks, journal } = stage;
  const { noor } = cast;
  await noor.live.connect();
  const sos = await tapWithoutPlace(stage);
  const { id } = must(sos.answer);
  const { place, firstWave } = await firstFix(stage, id);
  const alerted = firstWave.map(({ helper }) => helper);
  const heardBefore = await helperGivesUpUnheard(stage, id, alerted);
  const missed = await comeBack(stage, id, heardBefore);
  await latecomerHelps(stage, noor, id, place);

  const resolved = await noor.post<Emergency>(`/emergencies/${id}/resolve`, { outcome: 'helped' });
  checks.same(resolved.data?.status, 'resolved', 'She resolves it');
  journal.tell(`${noor.name} is safe and resolves it`);
  const { seq } = await emergencyOf(noor, id);
  const live = (): number[] => numbers(noor.live.of(id));
  // Whether she did is what the check says.
  await until('she hears of the end', () => live().at(-1) === seq).catch(() => undefined);
  const known = [
    ...heardBefore,
    ...missed.map((event) => event.seq),
    ...live().slice(heardBefore.length),
  ];
  checks.same(
    known,
    countTo(seq),
    'Heard before, caught up with, heard after: every event once, in order',
  );
  const { problems, status } = replay(await timelineOf(noor, id));
  checks.same({ problems, status }, { problems: [], status: 'resolved' }, 'The timeline adds up');
  return figures('bad night', noor, sos, firstWave);
}

async function tapWithoutPlace({ cast, checks, helpers, journal }: Stage): Promise<Tap> {
  const sos = await tap(cast.noor, { type: 'safety' });
  journal.startAt(sos.at);
  journal.tell(`${cast.noor.name} taps SOS in a cellar: no fix, and no last known place`, sos.at);
  checks.same(sos.answer.status, 201, 'Without any place the tap is answered with 201');
  const { id, location, alertCounts, status } = must(sos.answer);
  journal.tell('201: on disk; dispatch waits for the first fix', sos.answeredAt);
  const told = Object.values(alertCounts ?? {}).reduce((sum, count) => sum + count, 0);
  checks.same(
    { status, location, told },
    { status: 'active', location: null, told: 0 },
    'It is recorded as active, without a place and without alerts',
  );
  await delay(SILENCE_MS);
  checks.same(arrivals(helpers, id, sos.at).length, 0, 'Nobody is alerted without a place');
  return sos;
}

interface Located {
  place: NonNullable<Emergency['location']>;
  /** Timed from the fix. */
  firstWave: Arrival[];
}

async function firstFix(stage: Stage, id: string): Promise<Located> {
  const { cast, checks, journal } = stage;
  const fixedAt = performance.now();
  const fix = inTheCentre(stage);
  const { location } = must(await cast.noor.put<Emergency>(`/emergencies/${id}/location`, fix));
  journal.tell('her phone finds a satellite: the first fix goes out', fixedAt);
  if (!location) throw new Error('The fix was taken, but the emergency has no place.');
  const firstWave = await delivered(stage, cast.noor, id, fixedAt);
  const [first, last] = [firstWave.at(0), firstWave.at(-1)].map((one) =>
    milliseconds(one?.ms ?? 0),
  );
  journal.tell(
    `alerts reach ${firstWave.length} phones, the first ${first} ms and the last ${last} ms after the fix`,
  );
  checks.that(firstWave.length > 0, 'The first fix sends the alerts out');
  return { place: location, firstWave };
}

/**
 * Somebody accepts and sets out, the requester's connection breaks, the helper gives up, and all others are asked again.
 *
 * @returns the numbers of the events that the requester's socket has heard until it broke.
 */
async function helperGivesUpUnheard(
  stage: Stage,
  id: string,
  alerted: Helper[],
): Promise<number[]> {
  const { cast, checks, journal } = stage;
  const [decliner, giver, ...others] = alerted;
  if (!decliner || !giver || others.length === 0) throw new Error('Too few helpers were reached.');
  must(await decliner.decline(id, 'Not nearby'));
  must(await giver.accept(id));
  journal.tell(`${decliner.name} declines, ${giver.name} accepts`);
  const { live } = cast.noor;
  const heard = (): number[] => numbers(live.of(id));
  await until('she hears that somebody comes', () => heard().at(-1) === SOMEBODY_COMES);
  const heardBefore = heard();
  live.drop();
  await until('her connection is gone', () => !live.connected);
  journal.tell(`${cast.noor.name}'s connection breaks, after event ${SOMEBODY_COMES}`);

  must(await giver.step(id, 'on_way', 300));
  const left = must(await giver.step(id, 'withdrawn'));
  journal.tell(
    `${giver.name} sets out, twists an ankle and withdraws: the emergency is ${left.status} again`,
  );
  checks.same(left.status, 'active', 'When the only helper withdraws it is active again');
  checks.same(left.location?.precision, 'coarse', 'Who withdrew sees the exact place no more');
  const again = (await delivered(stage, cast.noor, id, 0, 2)).map(({ helper }) => helper);
  journal.tell(`${again.length} helpers who had not answered are alerted again`);
  checks.same(
    again.map(({ name }) => name).sort(),
    others.map(({ name }) => name).sort(),
    'All who had not answered are alerted a second time, and nobody else',
  );
  const { items } = await ledgerOf(cast.noor, id);
  const waiting = items.filter(({ attempt, status }) => attempt === 2 && status === 'queued');
  checks.that(waiting.length > 0, 'So are those with the app closed: their alert waits');
  return heardBefore;
}

/** @returns what she missed. */
async function comeBack(
  { cast, checks, journal }: Stage,
  id: string,
  heardBefore: number[],
): Promise<TimelineEvent[]> {
  const { live } = cast.noor;
  const began = performance.now();
  await live.connect();
  const { events, seq } = await live.ask<{ events: TimelineEvent[]; seq: number }>(
    'emergency.sync',
    { emergencyId: id, afterSeq: heardBefore.length },
  );
  const took = milliseconds(performance.now() - began);
  journal.tell(`she is back, and ${took} ms later knows the ${events.length} events she missed`);
  checks.same(
    events.map(({ type }) => type),
    ['helper.status_changed', 'helper.left', 'emergency.status_changed'],
    'emergency.sync gives exactly what she missed, in order',
  );
  const kept = await timelineOf(cast.noor, id, heardBefore.length);
  const last = heardBefore.length + kept.length;
  checks.same({ seq, events }, { seq: last, events: kept }, 'It is what the timeline says');
  return events;
}
