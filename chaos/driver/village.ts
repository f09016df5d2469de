import type { Place } from '../../src/common/geo/geo';
import { ApiClient, must } from '../../src/demo/client/api-client';
import { Device } from './device';
import type { Journal } from './journal';
import { Person } from './person';

export const HELPERS = 3;
export const REQUESTERS = 2;

/** A place so far from all others that its helpers are alerted to its own emergencies alone. */
export interface Village {
  place: Place;
  requesters: Person[];
  helpers: Person[];
  /** One emergency at a time, so that every helper is free when it is raised. */
  busy: boolean;
}

export interface Settlement {
  /** Where people register; it goes through the proxy. */
  url: string;
  admin: { email: string; password: string };
  villages: number;
  journal: Journal;
}

interface LoggedIn {
  user: { id: string };
  accessToken: string;
}

const PASSWORD = 'correct horse battery';
const METERS_PER_DEGREE = 111_320;
const AT_ONCE = 12;

/** Registers everybody by the public API, has the helpers verified, and connects their phones. */
export async function settle({ url, admin, villages, journal }: Settlement): Promise<Village[]> {
  const api = new ApiClient(url);
  const { accessToken } = must(
    await api.call<LoggedIn>({ method: 'POST', path: '/auth/login', body: admin }),
  );
  const settled: Village[] = [];
  const found = async (number: number): Promise<void> => {
    const place = placeOf(number);
    const register = async (
      role: string,
      index: number,
    ): Promise<{ id: string; token: string }> => {
      const { user, accessToken: token } = must(
        await api.call<LoggedIn>({
          method: 'POST',
          path: '/auth/register',
          body: {
            email: `${role}-${number}-${index}@chaos.example.org`,
            password: PASSWORD,
            displayName: `${role} ${number}.${index}`,
          },
        }),
      );
      return { id: user.id, token };
    };
    const person = ({ id, token }: { id: string; token: string }): Person =>
      new Person(id, token, url, new Device(url, token), journal);
    const village: Village = { place, requesters: [], helpers: [], busy: false };
    for (let index = 0; index < REQUESTERS; index += 1) {
      village.requesters.push(person(await register('requester', index)));
    }
    for (let index = 0; index < HELPERS; index += 1) {
      const { id, token } = await register('helper', index);
      const body = { helper: true, available: true };
      must(await api.call({ method: 'PATCH', path: '/users/me/helper', body, token }));
      const near = nearby(place, 300 + 100 * index);
      must(await api.call({ method: 'PUT', path: '/users/me/location', body: near, token }));
      const verify = { method: 'PATCH' as const, path: `/admin/users/${id}` };
      must(await api.call({ ...verify, body: { verified: true }, token: accessToken }));
      village.helpers.push(person({ id, token }));
    }
    settled[number] = village;
  };
  const numbers = Array.from({ length: villages }, (_, number) => number);
  const work = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      await found(number);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const { device } of settled.flatMap(everybody)) device.connect();
  return settled;
}

export function everybody({ requesters, helpers }: Village): Person[] {
  return [...requesters, ...helpers];
}

/** So many metres to the north. */
export function nearby({ latitude, longitude }: Place, meters: number): Place {
  return { latitude: latitude + meters / METERS_PER_DEGREE, longitude };
}

/** Degrees apart: no radius reaches from one to the next. */
function placeOf(number: number): Place {
  return { latitude: -50 + 2 * (number % 50), longitude: -170 + 3 * Math.floor(number / 50) };
}
