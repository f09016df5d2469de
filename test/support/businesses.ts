import type { Place } from '../../src/common/geo/geo';
import type { BusinessDto } from '../../src/modules/businesses/dto/business.view.dto';
import type { PromotionView } from '../../src/modules/businesses/dto/promotion.view.dto';
import type { Json, TestActor } from './actors';
import { must } from './actors';
import type { TestApp } from './app';
import { HOUR, later } from '../../src/common/time/clock';

let shops = 0;

/**
 * A place of its own for each shop, hundreds of kilometres from the next. With fewer decimals than the places of people
 * have: one that is published must not be taken for a secret one that begins alike.
 */
export function shopPlace(): Place {
  shops += 1;
  return { latitude: ((shops * 7) % 100) - 50 + 0.25, longitude: ((shops * 3) % 340) - 170 + 0.5 };
}

/** A business that everything can be left out of. */
export const businessFields = (fields: Json = {}): Json => ({
  name: 'Bakery at the Corner',
  category: 'restaurant',
  description: 'Bread and cakes from our own oven.',
  location: shopPlace(),
  ...fields,
});

export async function openBusiness(owner: TestActor, fields: Json = {}): Promise<BusinessDto> {
  return must(await owner.post<BusinessDto>('/businesses', businessFields(fields))).data;
}

/** Fields of a promotion that runs from and to so many hours from now. */
export const promotionFields = (
  server: Pick<TestApp, 'clock'>,
  from: number,
  to: number,
  fields: Json = {},
): Json => ({
  title: 'Two loaves for one',
  description: 'All week, after 16:00.',
  startsAt: later(server.clock.now(), from * HOUR).toISOString(),
  endsAt: later(server.clock.now(), to * HOUR).toISOString(),
  ...fields,
});

export async function promote(
  server: Pick<TestApp, 'clock'>,
  actor: TestActor,
  id: string,
  from = 0,
  to = 24,
  fields: Json = {},
): Promise<PromotionView> {
  const sent = promotionFields(server, from, to, fields);
  return must(await actor.post<PromotionView>(`/businesses/${id}/promotions`, sent)).data;
}

export async function look(actor: TestActor, id: string): Promise<BusinessDto> {
  return must(await actor.get<BusinessDto>(`/businesses/${id}`)).data;
}

export interface BusinessPage {
  items: BusinessDto[];
  nextCursor: string | null;
}

export async function search(
  actor: TestActor,
  query: Record<string, string | number | boolean>,
): Promise<BusinessPage> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return must(await actor.get<BusinessPage>(`/businesses?${text.toString()}`)).data;
}

export const around = ({ latitude, longitude }: Place, radiusMeters = 5000) => ({
  latitude,
  longitude,
  radiusMeters,
});

export const ids = ({ items }: BusinessPage): string[] => items.map(({ id }) => id);
