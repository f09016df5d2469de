import type { Types } from 'mongoose';
import type { Place } from '../../src/common/geo/geo';
import type { AlertLedgerDto } from '../../src/modules/emergencies/dto/alert.view.dto';
import type { EmergencyDto } from '../../src/modules/emergencies/dto/emergency.view.dto';
import type { Alert } from '../../src/modules/emergencies/schemas/alert.schema';
import type { TimelineEventDto } from '../../src/modules/emergencies/dto/timeline-event.dto';
import { EmergencySweeper } from '../../src/modules/emergencies/dispatch/emergency.sweeper';
import {
  adminOf,
  type Answer,
  type HelperOptions,
  must,
  register,
  type TestActor,
  uniquePhone,
  verifiedHelper,
} from './actors';
import type { TestApp } from './app';

let places = 0;

/** A place of its own for each test: no helper of another test is anywhere near. */
export function somewhere(): Place {
  places += 1;
  return { latitude: ((places * 7) % 100) - 50 + 0.12345, longitude: ((places * 3) % 340) - 170 };
}

const METERS_PER_DEGREE = 111_320;

/** A place so many metres to the north of another. */
export function north(place: Place, meters: number): Place {
  return { latitude: place.latitude + meters / METERS_PER_DEGREE, longitude: place.longitude };
}

/** A requester, so many helpers 300 m, 400 m … away, and the live SOS that alerted them. */
export interface Scene {
  place: Place;
  requester: TestActor;
  helpers: TestActor[];
  id: string;
}

export async function scene(
  server: TestApp,
  helperCount: number,
  sos: Record<string, unknown> = {},
): Promise<Scene> {
  const place = somewhere();
  const requester = await register(server, { displayName: 'Rita Requester', phone: uniquePhone() });
  const helpers = await helpersAt(server, place, helperCount);
  const { id } = must(await raise(requester, { location: place, ...sos })).data;
  return { place, requester, helpers, id };
}

export async function helpersAt(
  server: TestApp,
  place: Place,
  count: number,
  options: HelperOptions = {},
): Promise<TestActor[]> {
  const helpers: TestActor[] = [];
  for (let index = 0; index < count; index += 1) {
    helpers.push(await verifiedHelper(server, north(place, 300 + 100 * index), options));
  }
  return helpers;
}

type Headers = Record<string, string>;

export const raise = (actor: TestActor, sos: Record<string, unknown> = {}, headers?: Headers) =>
  actor.post<EmergencyDto>('/emergencies', { type: 'medical', ...sos }, headers);
export const see = (actor: TestActor, id: string) => actor.get<EmergencyDto>(`/emergencies/${id}`);
export const accept = (actor: TestActor, id: string, headers?: Headers) =>
  actor.post<EmergencyDto>(`/emergencies/${id}/responses`, { answer: 'accept' }, headers);
export const decline = (actor: TestActor, id: string, headers?: Headers) =>
  actor.post<EmergencyDto>(`/emergencies/${id}/responses`, { answer: 'decline' }, headers);
export const step = (actor: TestActor, id: string, status: string, headers?: Headers) =>
  actor.patch<EmergencyDto>(`/emergencies/${id}/responses/me`, { status }, headers);
export const sendAway = (actor: TestActor, id: string, helper: TestActor) =>
  actor.delete<EmergencyDto>(`/emergencies/${id}/responses/${helper.id}`);
export const resolve = (actor: TestActor, id: string, headers?: Headers) =>
  actor.post<EmergencyDto>(`/emergencies/${id}/resolve`, { outcome: 'helped' }, headers);
export const cancel = (actor: TestActor, id: string, headers?: Headers) =>
  actor.post<EmergencyDto>(`/emergencies/${id}/cancel`, {}, headers);
export const object = (actor: TestActor, id: string, headers?: Headers) =>
  actor.post<EmergencyDto>(`/emergencies/${id}/objection`, undefined, headers);
export const locate = (actor: TestActor, id: string, place: Place, headers?: Headers) =>
  actor.put<EmergencyDto>(`/emergencies/${id}/location`, place, headers);
export const ledger = (actor: TestActor, id: string) =>
  actor.get<AlertLedgerDto>(`/emergencies/${id}/alerts`);
export const timeline = async (actor: TestActor, id: string): Promise<TimelineEventDto[]> =>
  must(await actor.get<{ items: TimelineEventDto[] }>(`/emergencies/${id}/events?limit=100`)).data
    .items;
/** The ids of the emergencies that a helper is asked to answer. */
export const pending = async (actor: TestActor): Promise<string[]> =>
  must(
    await actor.get<{ items: { emergencyId: string }[] }>('/emergencies/alerts?limit=100'),
  ).data.items.map(({ emergencyId }) => emergencyId);

/** Takes a response through all steps up to the last one given. */
export async function go(
  actor: TestActor,
  id: string,
  upTo: 'accepted' | 'on_way' | 'arrived' | 'completed' | 'withdrawn',
): Promise<void> {
  must(await accept(actor, id));
  const steps = ['on_way', 'arrived', 'completed'];
  const last = steps.indexOf(upTo);
  for (const status of steps.slice(0, last + 1)) must(await step(actor, id, status));
  if (upTo === 'withdrawn') must(await step(actor, id, 'withdrawn'));
}

/** Status and code of an answer, for comparing refusals in one line. */
export const outcome = ({ status, error }: Answer<unknown>): string =>
  error ? `${status} ${error.code}` : String(status);

/** Does all that is due now. A round that had begun before does not count: the second one looks after it. */
export async function sweep(server: TestApp): Promise<void> {
  const sweeper = server.get(EmergencySweeper);
  await sweeper.sweep();
  await sweeper.sweep();
}

/** Moves the clock on and does what has become due. Access tokens live 15 minutes, so these people log in anew. */
export async function passTime(
  server: TestApp,
  milliseconds: number,
  ...people: TestActor[]
): Promise<void> {
  server.clock.advance(milliseconds);
  await sweep(server);
  for (const person of [await adminOf(server), ...people]) await renew(person);
}

export async function renew(person: TestActor): Promise<void> {
  person.token = (await person.logIn()).token;
}

/** The alert row of a helper, as it stands in the database. */
export async function alertRow(
  server: TestApp,
  id: string,
  helper: TestActor,
): Promise<Alert | null> {
  const filter = { emergency: objectId(server, id), helper: helper.objectId };
  return (await server.connection.collection('alerts').findOne(filter)) as Alert | null;
}

export function objectId(server: TestApp, id: string): Types.ObjectId {
  return new server.connection.base.Types.ObjectId(id);
}
