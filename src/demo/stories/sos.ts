import type { Place } from '../../common/geo/geo';
import { away } from '../city/city';
import { type Answer, must } from '../client/api-client';
import type { AlertLedger, Emergency, Page, TimelineEvent } from '../client/contract';
import type { Helper } from '../client/helper';
import type { Heard } from '../client/live-client';
import type { Person } from '../client/person';
import type { SosFigures } from '../output/table';
import { until } from '../until';
import type { Stage } from './stage';

/** How many helpers are alerted at first, at most (API: top 50). */
export const FIRST_WAVE = 50;
/** The radius of an SOS whose requester has set no other (API), in metres. */
export const DEFAULT_RADIUS_METERS = 5000;
/** SOS of the stories happen this near the centre. */
const AROUND_CENTRE_METERS = 600;

export interface Sos {
  type: 'medical' | 'safety' | 'accident';
  location?: Place & { accuracyMeters: number };
  description?: string;
  radiusMeters?: number;
  requestId?: string;
}

/** One tap on the button, timed by `performance.now()`. */
export interface Tap {
  at: number;
  answeredAt: number;
  answer: Answer<Emergency>;
}

export async function tap(requester: Person, sos: Sos): Promise<Tap> {
  const at = performance.now();
  const answer = await requester.post<Emergency>('/emergencies', sos);
  return { at, answeredAt: performance.now(), answer };
}

/** A place in the middle of the city, as a phone outdoors would report it. */
export function inTheCentre({ city, random }: Stage): Place & { accuracyMeters: number } {
  const meters = random.between(0, AROUND_CENTRE_METERS);
  return { ...away(city.centre, meters, random.between(0, 2 * Math.PI)), accuracyMeters: 12 };
}

/** The alert of one helper, as it arrived. */
export interface Arrival {
  helper: Helper;
  /** Since the moment given. */
  ms: number;
  heard: Heard<Emergency>;
}

/** Whose phones have got the alert so far, the quickest first. `attempt` counts from 1: alerts may come again. */
export function arrivals(
  helpers: Helper[],
  emergencyId: string,
  since: number,
  attempt = 1,
): Arrival[] {
  return helpers
    .flatMap((helper) => {
      const heard = helper.alerts(emergencyId)[attempt - 1];
      return heard ? [{ helper, ms: heard.at - since, heard }] : [];
    })
    .sort((a, b) => a.ms - b.ms);
}

export async function ledgerOf(requester: Person, emergencyId: string): Promise<AlertLedger> {
  return must(await requester.get<AlertLedger>(`/emergencies/${emergencyId}/alerts`));
}

/**
 * Waits until no alert is on its way any more: the server has a receipt for each that reached a phone.
 *
 * @returns the arrivals, timed from `since`.
 */
export async function delivered(
  { helpers }: Stage,
  requester: Person,
  emergencyId: string,
  since: number,
  attempt = 1,
): Promise<Arrival[]> {
  await until('every alert that went out is delivered', async () => {
    const { items } = await ledgerOf(requester, emergencyId);
    const receipts = items.filter(
      (alert) => alert.attempt === attempt && alert.deliveredAt !== null,
    );
    const arrived = arrivals(helpers, emergencyId, since, attempt);
    return (
      arrived.length > 0 &&
      receipts.length === arrived.length &&
      items.every(({ status }) => status !== 'sent')
    );
  });
  return arrivals(helpers, emergencyId, since, attempt);
}

export async function emergencyOf(person: Person, emergencyId: string): Promise<Emergency> {
  return must(await person.get<Emergency>(`/emergencies/${emergencyId}`));
}

/** The whole timeline, as the server keeps it. */
export async function timelineOf(
  person: Person,
  emergencyId: string,
  afterSeq = 0,
): Promise<TimelineEvent[]> {
  const path = `/emergencies/${emergencyId}/events?limit=100&afterSeq=${afterSeq}`;
  return must(await person.get<Page<TimelineEvent>>(path)).items;
}

/**
 * What the SOS was in figures.
 *
 * @param firstWave how the first wave arrived; helpers who are alerted later to fill a place do not count as slow.
 */
export async function figures(
  name: string,
  requester: Person,
  { at, answeredAt, answer }: Tap,
  firstWave: Arrival[],
): Promise<SosFigures> {
  const { id } = must(answer);
  const emergency = await emergencyOf(requester, id);
  const { items } = await ledgerOf(requester, id);
  const times = firstWave.map(({ ms }) => ms);
  return {
    sos: name,
    tapTo201: answeredAt - at,
    toFirst: Math.min(...times),
    toLast: Math.max(...times),
    alerted: items.length,
    delivered: items.filter(({ deliveredAt }) => deliveredAt !== null).length,
    accepted: emergency.responses.length,
    arrived: emergency.responses.filter(({ arrivedAt }) => arrivedAt !== null).length,
    ended: emergency.outcome ? `${emergency.status} (${emergency.outcome})` : emergency.status,
  };
}

/** The curtain: those who travelled are at home again, and their phones have said so. */
export async function everybodyGoesHome({ helpers }: Stage): Promise<void> {
  const away = helpers.filter(({ place, home, connected }) => place !== home && connected);
  await Promise.all(away.map((helper) => helper.moveTo(helper.home)));
}
