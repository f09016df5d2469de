import type { Place } from '../../src/common/geo/geo';
import type { EmergencyDto } from '../../src/modules/emergencies/dto/emergency.view.dto';
import {
  type HelperOptions,
  type Json,
  must,
  register,
  type TestActor,
  uniquePhone,
  verifiedHelper,
} from '../support/actors';
import type { TestApp } from '../support/app';
import { TestSocket } from '../support/sockets';

let places = 0;

/** A place that no other test of this run is within a helper's reach of, with digits that are easy to search for. */
export function newPlace(): Place {
  places += 1;
  return { latitude: -40 + places * 1.5 + 0.123457, longitude: 20.765433 };
}

/** The same place, some metres to the north. */
export function north(place: Place, meters: number): Place {
  return { latitude: place.latitude + meters / 111_319, longitude: place.longitude };
}

export async function raise(
  requester: TestActor,
  location: Place | null,
  fields: Json = {},
): Promise<EmergencyDto> {
  const { data } = must(
    await requester.post<EmergencyDto>('/emergencies', {
      type: 'medical',
      ...(location ? { location } : {}),
      ...fields,
    }),
  );
  return data;
}

export async function accept(helper: TestActor, id: string): Promise<void> {
  must(await helper.post(`/emergencies/${id}/responses`, { answer: 'accept', etaSeconds: 240 }));
}

export async function step(helper: TestActor, id: string, status: string): Promise<void> {
  must(await helper.patch(`/emergencies/${id}/responses/me`, { status }));
}

export interface Person {
  actor: TestActor;
  socket: TestSocket;
}

export interface Scene {
  place: Place;
  requester: Person;
  helpers: [Person, Person, Person];
}

/** A requester and three helpers near by, everybody connected; nobody has called for help yet. */
export async function scene(
  server: TestApp,
  { on = server, helper }: { on?: TestApp; helper?: HelperOptions } = {},
): Promise<Scene> {
  const place = newPlace();
  const connected = async (actor: TestActor): Promise<Person> => ({
    actor,
    socket: await TestSocket.connect(actor),
  });
  const [requester, ...helpers] = await Promise.all([
    register(server, { displayName: 'Mira', phone: uniquePhone() }).then(connected),
    ...['Ada', 'Ben', 'Cleo'].map(async (displayName, index) => {
      const near = north(place, 300 + index * 200);
      const actor = await verifiedHelper(server, near, { displayName, ...helper });
      return connected(actor.on(on));
    }),
  ]);
  if (!requester) throw new Error('Promise.all gave nothing.');
  return { place, requester, helpers: helpers as Scene['helpers'] };
}

/**
 * Resolves when `socket` has been told all that was committed before this call: a marker of its own goes the same way,
 * the chat of `emergencyId`, and comes last.
 */
export async function caughtUp(
  { actor, socket }: Person,
  emergencyId: string,
  sender: TestActor = actor,
): Promise<void> {
  const text = `marker ${Math.random()}`;
  must(await sender.post(`/emergencies/${emergencyId}/messages`, { text }));
  await socket.event('message.created', ({ data }) => data.text === text);
}
