import type { Place } from '../../common/geo/geo';
import { type City, somewhereIn } from '../city/city';
import { must } from '../client/api-client';
import type { Helper } from '../client/helper';
import { inParallel } from '../in-parallel';
import type { Random } from '../random';
import { CIRCLES, OFFERED, SHOPS, WANTED } from './wares';

/** Of each kind of thing; every one is somebody else's. */
const HELP_REQUESTS = 40;
const SKILLS = 32;
const BUSINESSES = 24;
const ORGANIZATIONS = 10;
/** How many founders' neighbours join each. */
const JOINERS = 3;
const AT_ONCE = 8;
const CURRENCY = 'EUR';
const PROMOTION_DAYS = 7;
const DAY_MS = 86_400_000;

/** The ids of what was put into the city. */
export interface Settled {
  helpRequests: string[];
  skills: string[];
  /** Ids of those that offer books, bread or whatever else beside their name. */
  businesses: string[];
  promoting: string[];
  organizations: string[];
}

interface Made {
  id: string;
}

/** Fills the city with what its people ask for, offer, run and found, through the public API. */
export async function settle(city: City, people: Helper[], random: Random): Promise<Settled> {
  const [askers, experts, keepers, founders, joiners] = groups(people, [
    HELP_REQUESTS,
    SKILLS,
    BUSINESSES,
    ORGANIZATIONS,
    ORGANIZATIONS * JOINERS,
  ]);
  const hours = workingDays(city);
  const shops = keepers.map((keeper) => ({ keeper, place: somewhereIn(city, random) }));

  const helpRequests = await make(askers, ({ person, home }, index) => {
    const { title, category, budget } = turn(WANTED, index);
    return person.post<Made>('/help-requests', {
      title,
      category,
      description: 'Ask me whatever you need to know.',
      ...(budget === null ? {} : { budget: { amountMinor: budget, currency: CURRENCY } }),
      location: home,
    });
  });
  const skills = await make(experts, ({ person, home }, index) => {
    const { title, category, tags, hourly } = turn(OFFERED, index);
    return person.post<Made>('/skills', {
      title,
      category,
      tags,
      description: 'At your place or at mine.',
      pricing:
        hourly === null
          ? { type: 'free' }
          : { type: 'hourly', amountMinor: hourly, currency: CURRENCY },
      availability: hours,
      location: home,
    });
  });
  const businesses = await make(shops, ({ keeper, place }, index) => {
    const { name, category } = turn(SHOPS, index);
    return keeper.person.post<Made>('/businesses', {
      name: `${name} (${keeper.name})`,
      category,
      description: 'Since long before you moved here.',
      location: place,
      openingHours: hours,
    });
  });
  const promoting = await promote(
    shops.map(({ keeper }) => keeper),
    businesses,
  );
  const organizations = await make(founders, ({ person, name, home }, index) =>
    person.post<Made>('/organizations', {
      ...turn(CIRCLES, index),
      description: `Founded by ${name}`,
      joinPolicy: 'open',
      location: home,
    }),
  );
  await inParallel([...joiners.entries()], AT_ONCE, async ([index, { person }]) =>
    must(await person.post(`/organizations/${turn(organizations, index)}/join`)),
  );
  return { helpRequests, skills, businesses, promoting, organizations };
}

/** @returns the businesses that have something to announce. */
async function promote(keepers: Helper[], businesses: string[]): Promise<string[]> {
  const announced = keepers.flatMap((keeper, index) => {
    const { promotion } = turn(SHOPS, index);
    const id = businesses[index];
    return promotion === null || id === undefined ? [] : [{ keeper, id, promotion }];
  });
  const endsAt = new Date(Date.now() + PROMOTION_DAYS * DAY_MS).toISOString();
  return inParallel(announced, AT_ONCE, async ({ keeper, id, promotion: title }) => {
    const body = { title, description: 'As long as there is some.', endsAt };
    must(await keeper.person.post(`/businesses/${id}/promotions`, body));
    return id;
  });
}

/** @returns the ids, in the order of the owners. */
async function make<Owner>(
  owners: Owner[],
  post: (owner: Owner, index: number) => ReturnType<Helper['person']['post']>,
): Promise<string[]> {
  return inParallel([...owners.entries()], AT_ONCE, async ([index, owner]) => {
    const { id } = must(await post(owner, index)) as Made;
    return id;
  });
}

function groups(people: Helper[], sizes: [number, number, number, number, number]) {
  const left = [...people];
  return sizes.map((size) => left.splice(0, size)) as [
    Helper[],
    Helper[],
    Helper[],
    Helper[],
    Helper[],
  ];
}

/** The items in turn, as often as it takes. */
function turn<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to take turns with.');
  return item;
}

/** Monday to Friday, nine to six, by the sun: the gazetteer knows no time zones. */
function workingDays({ centre }: { centre: Place }) {
  const east = Math.round(centre.longitude / 15);
  // POSIX counts to the west.
  const timeZone = east === 0 ? 'UTC' : `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
  return {
    timeZone,
    slots: [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '18:00' })),
  };
}
