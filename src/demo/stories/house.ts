import type { Place } from '../../common/geo/geo';
import { away } from '../city/city';
import { must } from '../client/api-client';
import type { Emergency, Page } from '../client/contract';
import { Helper } from '../client/helper';
import { Person } from '../client/person';
import { kilometres, milliseconds } from '../output/journal';
import type { SosFigures } from '../output/table';
import { until } from '../until';
import { tellArrived, whoShouldBeAlerted } from './first-wave';
import { type Arrival, arrivals, emergencyOf, figures, inTheCentre, type Tap, tap } from './sos';
import type { Stage } from './stage';

/** Whom the house wants told: its members so far from the emergency. */
const REACH_METERS = 1500;
/** People of the house: none of them a verified helper. */
const NEAR = ['Ruth W.', 'Bela S.', 'Ines O.', 'Kofi D.', 'Maja L.', 'Tom F.'];
const NEAR_METERS = 500;
const FAR = 'Vera T.';
const FAR_METERS = 3000;
/** Joined by himself: no admin knows him. */
const UNKNOWN = 'Axel Q.';

interface House {
  id: string;
  admin: Helper;
  /** Admin and members whom the SOS must reach. */
  near: Helper[];
  far: Helper;
  unknown: Helper;
}

interface Dashboard {
  items: { emergencyId: string; member: { displayName: string } }[];
}

/** An SOS reaches the people of the house beside the verified helpers, and one of them is there first. */
export async function playHouse(stage: Stage): Promise<SosFigures> {
  const { cast, checks, journal } = stage;
  const mira = cast.mira;
  const place = inTheCentre(stage);
  const house = await moveIn(stage, place);
  const everybody = [...house.near, house.far, house.unknown];
  try {
    const nearest = whoShouldBeAlerted(stage.helpers, place);
    const sos = await tap(mira, { type: 'accident', location: place });
    const { id } = must(sos.answer);
    journal.startAt(sos.at);
    journal.tell(`${mira.name}, a member, taps SOS in the house`, sos.at);
    const firstWave = await helpersHear(stage, id, sos, nearest);
    await tellMembers(stage, house, id, sos);
    await checkDashboard(stage, house, id, 'on');
    await memberComes(stage, house, id);
    must(await mira.post<Emergency>(`/emergencies/${id}/resolve`, { outcome: 'helped' }));
    journal.tell(`${mira.name} is safe and resolves it`);
    const heardEnd = ({ person }: Helper): boolean =>
      person.live.of(id, 'emergency.resolved').length === 1;
    // Whether they did is what the check says.
    await until('the house hears of the end', () => house.near.every(heardEnd)).catch(
      () => undefined,
    );
    checks.that(
      house.near.every(heardEnd),
      'Everybody of the house who was alerted hears of the end',
    );
    checks.same(
      [house.far, house.unknown].flatMap(({ person }) => person.live.of(id)).length,
      0,
      'Who lives too far away, and whom no admin approved, never hears of it',
    );
    await checkDashboard(stage, house, id, 'off');
    return await figures('the house', mira, sos, firstWave);
  } finally {
    for (const { person } of everybody) person.live.close();
  }
}

/** The house is founded, its people join, and an admin approves of those she knows. */
async function moveIn({ cast, journal, random }: Stage, place: Place): Promise<House> {
  const somewhereNear = (): Place =>
    away(place, random.between(50, NEAR_METERS), random.between(0, 2 * Math.PI));
  const arrive = async (name: string, home: Place): Promise<Helper> => {
    const person = await Person.register(cast.mira.api, name);
    must(await person.put('/users/me/location', { ...home, accuracyMeters: 10 }));
    return new Helper(person, home, REACH_METERS);
  };
  const homes = NEAR.map((name) => ({ name, home: somewhereNear() }));
  const near = await Promise.all(homes.map(({ name, home }) => arrive(name, home)));
  const far = await arrive(FAR, away(place, FAR_METERS, 0));
  const unknown = await arrive(UNKNOWN, somewhereNear());
  const [admin, ...members] = near;
  if (!admin) throw new Error('A house without people.');
  const { id } = must(
    await admin.person.post<{ id: string }>('/organizations', {
      name: 'Lindenhof 14',
      type: 'apartment',
      joinPolicy: 'open',
    }),
  );
  const settings = { alert: 'members', radiusMeters: REACH_METERS };
  must(await admin.person.patch(`/organizations/${id}/emergency-settings`, settings));
  for (const person of [cast.mira, ...[...members, far, unknown].map((one) => one.person)]) {
    must(await person.post(`/organizations/${id}/join`));
    if (person === unknown.person) continue;
    must(await admin.person.patch(`/organizations/${id}/members/${person.id}`, { approved: true }));
  }
  must(await cast.mira.patch(`/organizations/${id}/members/me`, { shareEmergencies: true }));
  await Promise.all([...near, far, unknown].map(({ person }) => person.live.connect()));
  journal.say(
    `${admin.name} founds the house "Lindenhof 14": ${members.length + 3} join, she approves of all but ${unknown.name};`,
  );
  journal.say(`${cast.mira.name} agrees that the house learns of her emergencies.`);
  return { id, admin, near, far, unknown };
}

/** The first wave. The requester's ledger would tell when all have it, but the people of the house stand in it too. */
async function helpersHear(
  stage: Stage,
  id: string,
  { at }: Tap,
  nearest: Helper[],
): Promise<Arrival[]> {
  const online = nearest.filter(({ connected }) => connected);
  const heard = (): Arrival[] => arrivals(stage.helpers, id, at);
  // Whether they did is what the check says.
  await until('the helpers are alerted', () => heard().length >= online.length).catch(
    () => undefined,
  );
  tellArrived(stage, heard(), at, nearest);
  return heard();
}

/** The second wave. */
async function tellMembers(
  { checks, journal }: Stage,
  { near }: House,
  id: string,
  { at }: Tap,
): Promise<void> {
  await until('the house is alerted', () => arrivals(near, id, at).length === near.length).catch(
    () => undefined,
  );
  const reached = arrivals(near, id, at);
  const last = reached.at(-1);
  if (last) {
    const ms = milliseconds(last.ms);
    journal.tell(
      `${reached.length} people of the house are alerted too, after ${ms} ms`,
      at + last.ms,
    );
  }
  checks.same(
    reached.map(({ helper }) => helper.name).sort(),
    near.map(({ name }) => name).sort(),
    'Everybody of the house in reach is alerted, though no verified helper',
  );
  checks.that(
    reached.every(
      ({ heard: { event } }) =>
        event.data.requester === null && event.data.location?.precision === 'coarse',
    ),
    'They are told no more than any alerted helper',
  );
}

async function checkDashboard(
  { cast, checks }: Stage,
  { id: house, admin }: House,
  id: string,
  expected: 'on' | 'off',
): Promise<void> {
  const { items } = must(await admin.person.get<Dashboard>(`/organizations/${house}/emergencies`));
  const shown = items.map(({ emergencyId, member }) => `${emergencyId} ${member.displayName}`);
  checks.same(
    shown,
    expected === 'on' ? [`${id} ${cast.mira.name}`] : [],
    expected === 'on'
      ? 'The dashboard of the house shows whose SOS is live'
      : 'After the end the dashboard is empty',
  );
}

async function memberComes({ cast, checks, journal, pace }: Stage, house: House, id: string) {
  const [, member] = house.near;
  if (!member) throw new Error('Nobody is at home.');
  const seen = must(await member.accept(id));
  checks.same(
    [seen.status, seen.location?.precision, seen.requester?.displayName],
    ['responding', 'exact', cast.mira.name],
    'A member may accept, and knows the door and the name then',
  );
  const { location } = await emergencyOf(cast.mira, id);
  if (!location) throw new Error('The SOS has no place.');
  const way = kilometres(member.distanceTo(location));
  journal.tell(`${member.name} accepts, ${way} away, and goes over`);
  must(await member.step(id, 'on_way', member.secondsTo(location)));
  await member.travelTo(location, pace);
  must(await member.step(id, 'arrived'));
  journal.tell(`${member.name} has arrived`);
  const { items } = must(
    await cast.mira.get<Page<{ status: string; helper?: { displayName: string } }>>(
      `/emergencies/${id}/alerts`,
    ),
  );
  const accepted = items.filter(({ status }) => status === 'accepted');
  checks.same(
    accepted.map(({ helper }) => helper?.displayName),
    [member.name],
    'The ledger has the member among the alerted, as the one who came',
  );
}
