import { Types } from 'mongoose';
import type { Place } from '../../src/common/geo/geo';
import type { Alert } from '../../src/modules/emergencies/schemas/alert.schema';
import type { MemberRole } from '../../src/modules/organizations/schemas/membership.schema';
import type { EmergencySettings } from '../../src/modules/organizations/schemas/organization.schema';
import { must, register, type TestActor, uniquePhone } from '../support/actors';
import type { TestApp } from '../support/app';
import { north, raise, somewhere } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { checkInvariants } from '../support/invariants';

/** Somebody who is no helper, and who said where they are. */
export async function neighbour(
  server: TestApp,
  place: Place,
  displayName = 'Nora Neighbour',
): Promise<TestActor> {
  const person = await register(server, { displayName, phone: uniquePhone() });
  must(await person.put('/users/me/location', place));
  return person;
}

export async function neighbours(
  server: TestApp,
  place: Place,
  ...meters: number[]
): Promise<TestActor[]> {
  const people: TestActor[] = [];
  for (const distance of meters) people.push(await neighbour(server, north(place, distance)));
  return people;
}

/** An organization as it stands on disk, for what is not about how one becomes a member. */
export async function organization(
  server: TestApp,
  emergencySettings: EmergencySettings = { alert: 'members', radiusMeters: 2000 },
): Promise<Types.ObjectId> {
  const _id = new Types.ObjectId();
  const now = server.clock.now();
  await server.connection.collection('organizations').insertOne({
    _id,
    name: 'Lindenhof 12',
    type: 'apartment',
    description: null,
    joinPolicy: 'open',
    owner: new Types.ObjectId(),
    memberCount: 1,
    adminCount: 1,
    emergencySettings,
    hidden: false,
    createdAt: now,
    updatedAt: now,
  });
  return _id;
}

export interface MembershipOptions {
  role?: MemberRole;
  approved?: boolean;
  shareEmergencies?: boolean;
}

export async function enrol(
  server: TestApp,
  organization: Types.ObjectId,
  people: (TestActor | Types.ObjectId)[],
  options: MembershipOptions = {},
): Promise<void> {
  if (options.shareEmergencies) await agreed(server, people);
  await server.connection.collection('memberships').insertMany(
    people.map((person) => ({
      organization,
      user: person instanceof Types.ObjectId ? person : person.objectId,
      role: 'member',
      approved: true,
      shareEmergencies: false,
      suspended: false,
      joinedAt: server.clock.now(),
      used: 0,
      ...options,
    })),
  );
}

/** What agreeing leaves on the accounts of these people. */
async function agreed(server: TestApp, people: (TestActor | Types.ObjectId)[]): Promise<void> {
  const ids = people.map((person) => (person instanceof Types.ObjectId ? person : person.objectId));
  await server.connection
    .collection('users')
    .updateMany({ _id: { $in: ids } }, { $set: { sharesEmergencies: true } });
}

/** Changes a membership on disk, at once. */
export async function change(
  server: TestApp,
  organization: Types.ObjectId,
  person: TestActor,
  to: MembershipOptions,
): Promise<void> {
  if (to.shareEmergencies) await agreed(server, [person]);
  await server.connection
    .collection('memberships')
    .updateOne({ organization, user: person.objectId }, { $set: to });
}

/** A house whose members are told of what happens within 2 km, and one of them in need who shares it with the house. */
export interface House {
  place: Place;
  id: Types.ObjectId;
  requester: TestActor;
  members: TestActor[];
}

export async function house(
  server: TestApp,
  meters: number[],
  settings?: EmergencySettings,
): Promise<House> {
  const place = somewhere();
  const id = await organization(server, settings);
  const requester = await register(server, { displayName: 'Rita Requester', phone: uniquePhone() });
  await enrol(server, id, [requester], { shareEmergencies: true });
  const members = await neighbours(server, place, ...meters);
  if (members.length > 0) await enrol(server, id, members);
  return { place, id, requester, members };
}

/** Raises an SOS and waits until its members have been told. */
export async function callForHelp(
  server: TestApp,
  requester: TestActor,
  sos: Record<string, unknown>,
): Promise<string> {
  const { id } = must(await raise(requester, sos)).data;
  await membersTold(server, id);
  return id;
}

/**
 * Resolves when no wave to members is due any more. Asked of what a majority has: a plain read sees a commit before a
 * snapshot does (while one that began earlier is not on disk yet), and what was written would look lost in `recordOf`.
 */
export async function membersTold(server: TestApp, emergency: string): Promise<void> {
  await eventually(async () => {
    const found = await server.connection
      .collection('emergencies')
      .findOne({ _id: new Types.ObjectId(emergency) }, { readConcern: { level: 'majority' } });
    expect(found?.dispatch.members.dueAt).toBeNull();
  });
}

/** Rows of the ledger of people who were told as members, in the order of the wave. Everything that must be true, is. */
export async function memberRows(server: TestApp, emergency: string): Promise<Alert[]> {
  const { alerts } = await checkInvariants(server, emergency);
  return alerts
    .filter(({ via }) => via !== undefined)
    .toSorted((a, b) => a.wave - b.wave || a.rank - b.rank);
}

export async function told(server: TestApp, emergency: string): Promise<string[]> {
  return (await memberRows(server, emergency)).map(({ helper }) => helper.toHexString());
}

export const ids = (people: TestActor[]): string[] => people.map(({ id }) => id);
