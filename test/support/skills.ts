import type { Place } from '../../src/common/geo/geo';
import { DAY, HOUR } from '../../src/common/time/clock';
import type { BookingDto } from '../../src/modules/skills/bookings/dto/booking.view.dto';
import type { SkillDto } from '../../src/modules/skills/dto/skill.view.dto';
import type { ReviewDto } from '../../src/modules/skills/reviews/dto/review.dto';
import { type Answer, type Json, must, type TestActor } from './actors';
import type { TestApp } from './app';
import { somewhere } from './emergencies';

/** Every hour of the week. */
export const ALWAYS = {
  timeZone: 'UTC',
  slots: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: '00:00', to: '24:00' })),
};

/** A listing that is whole; what a test is about it says itself. */
export function skillFields(fields: Json & { location?: Place } = {}): Json {
  return {
    title: 'Maths for grades 5 to 10',
    category: 'tutoring',
    description: 'Patient help with homework and exams.',
    tags: ['maths'],
    pricing: { type: 'hourly', amountMinor: 2500, currency: 'EUR' },
    availability: ALWAYS,
    location: somewhere(),
    ...fields,
  };
}

export interface List<T> {
  items: T[];
  nextCursor: string | null;
}

export const offer = async (owner: TestActor, fields?: Json): Promise<SkillDto> =>
  must(await owner.post<SkillDto>('/skills', skillFields(fields))).data;

export type Query = Record<string, string | number>;

export function search(viewer: TestActor, query: Query, path = '/skills') {
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) values.set(name, String(value));
  return viewer.get<List<SkillDto>>(`${path}?${values.toString()}`);
}

/** The ids that a search finds, in order. */
export async function found(viewer: TestActor, query: Query): Promise<string[]> {
  return must(await search(viewer, query)).data.items.map(({ id }) => id);
}

/** Times from so many hours from now on, an hour long unless it says otherwise. */
export function times(
  server: Pick<TestApp, 'clock'>,
  startsInHours: number,
  hours = 1,
): { startsAt: string; endsAt: string } {
  const startsAt = server.clock.now().getTime() + startsInHours * HOUR;
  return {
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + hours * HOUR).toISOString(),
  };
}

export const book = (client: TestActor, skill: string, wanted: Json) =>
  client.post<BookingDto>(`/skills/${skill}/bookings`, wanted);
export const seeBooking = (actor: TestActor, id: string) =>
  actor.get<BookingDto>(`/bookings/${id}`);
export const act = (actor: TestActor, id: string, action: string, body: Json = {}) =>
  actor.post<BookingDto>(`/bookings/${id}/${action}`, body);
export const review = (actor: TestActor, id: string, rating: number, text?: string) =>
  actor.post<ReviewDto>(`/bookings/${id}/review`, { rating, ...(text ? { text } : {}) });

/** Which fields an answer refuses. */
export function refusedFields({ error }: Answer<unknown>): string[] {
  const details = error?.details as { field: string }[] | undefined;
  return (details ?? []).map(({ field }) => field);
}

/** The clock goes on, and people get new access tokens: the old ones live for minutes. */
export async function pass(
  server: TestApp,
  milliseconds: number,
  ...people: TestActor[]
): Promise<void> {
  server.clock.advance(milliseconds);
  for (const person of people) person.token = (await person.logIn()).token;
}

/** A booking that took place, as its client says; the clock goes on by two days. */
export async function completedBooking(
  server: TestApp,
  owner: TestActor,
  client: TestActor,
  skill: string,
): Promise<string> {
  const { id } = must(await book(client, skill, times(server, 24))).data;
  must(await act(owner, id, 'accept'));
  await pass(server, 2 * DAY, owner, client);
  must(await act(client, id, 'complete'));
  return id;
}
