import { must } from '../client/api-client';
import type { Emergency } from '../client/contract';
import type { Helper } from '../client/helper';
import { CARES_SECONDS } from '../field';
import { kilometres } from '../output/journal';
import type { SosFigures } from '../output/table';
import { until } from '../until';
import { type Part, type Plan, planAnswers, playAnswer, sceneEnd } from './answers';
import { tellFirstWave, whoShouldBeAlerted } from './first-wave';
import { checkPositions, resolveAndCheck } from './happy-end';
import { RequesterMap } from './requester-map';
import { figures, inTheCentre, ledgerOf, tap } from './sos';
import type { Stage } from './stage';

/** The slowest to answer or to come need about 10 s at 60×. */
const LIMIT_MS = 30_000;

/** An SOS as it should go: alerted, answered by the rates of the field, somebody comes, resolved. */
export async function playNormal(stage: Stage): Promise<SosFigures> {
  const { cast, city, checks, journal } = stage;
  const { mira } = cast;
  const place = inTheCentre(stage);
  const nearest = whoShouldBeAlerted(stage.helpers, place);
  await mira.live.connect();

  const sos = await tap(mira, {
    type: 'medical',
    location: place,
    description: 'Chest pain, third floor, the door is open.',
  });
  journal.startAt(sos.at);
  journal.tell(`${mira.name} taps SOS in ${city.name}: medical, with a GPS fix`, sos.at);
  checks.same(sos.answer.status, 201, 'The tap is answered with 201');
  const { id } = must(sos.answer);
  const told = nearest.length;
  journal.tell(`201: on disk, with the alerts of the ${told} nearest helpers`, sos.answeredAt);

  const firstWave = await tellFirstWave(stage, mira, id, sos.at, nearest);
  const heardByMira = mira.live.of(id, 'emergency.created').length;
  checks.same(heardByMira, 1, 'Her own socket hears of her SOS once');

  const map = new RequesterMap(mira, id, place, journal);
  const alerted = firstWave.map(({ helper }) => helper);
  try {
    const { plans, accepted, arrived } = await helpersAnswer(stage, id, alerted);
    await resolveAndCheck(stage, id, plans, accepted);
    checkPositions(stage, map, arrived[0]);
  } finally {
    map.close();
  }
  return figures('normal', mira, sos, firstWave);
}

interface Answers {
  plans: Plan[];
  accepted: Helper[];
  arrived: Helper[];
}

/** Lets the alerted play their parts until everybody has answered and the first to come has done their work. */
async function helpersAnswer(stage: Stage, id: string, alerted: Helper[]): Promise<Answers> {
  const { journal, pace, random } = stage;
  const plans = planAnswers(alerted, random);
  const end = sceneEnd();
  const accepted: Helper[] = [];
  const arrived: Helper[] = [];
  const scene = {
    emergencyId: id,
    pace,
    signal: end.signal,
    onAccepted: (helper: Helper, emergency: Emergency): void => {
      accepted.push(helper);
      tellAccepted(stage, helper, emergency, accepted.length === 1);
    },
    onArrived: (helper: Helper): void => {
      arrived.push(helper);
      const way = kilometres(helper.distanceTo(helper.home));
      journal.tell(`${helper.name} has arrived, after ${way}`);
    },
  };
  const everybody = Promise.all(plans.map((plan) => playAnswer(plan, scene)));
  // One helper's failure is told when all are awaited below; until then it must not count as unhandled.
  everybody.catch(() => undefined);
  try {
    await until('somebody arrives', () => arrived.length > 0, LIMIT_MS);
    await careFor(stage, id, arrived[0]);
    await checkRates(stage, id, plans);
  } finally {
    end.abort();
  }
  await everybody;
  return { plans, accepted, arrived };
}

function tellAccepted(
  { journal, checks, cast }: Stage,
  helper: Helper,
  { location, requester, status }: Emergency,
  first: boolean,
): void {
  const way = location ? `${kilometres(helper.distanceTo(location))} away` : 'place unknown';
  journal.tell(`${helper.name} accepts, ${way}${first ? `: the emergency is ${status}` : ''}`);
  if (!first) return;
  checks.that(
    location?.precision === 'exact' && requester?.id === cast.mira.id,
    'Who accepts gets the exact place and the name',
    { location, requester },
  );
}

/** The helper is there, says so in the chat, and is done some minutes later. */
async function careFor(stage: Stage, id: string, helper: Helper | undefined): Promise<void> {
  if (!helper) return;
  const { cast, checks, journal, pace } = stage;
  const text = 'I am at your door.';
  await helper.person.live.ask('message.send', { emergencyId: id, text, clientId: 'at-the-door' });
  const came = (): boolean => cast.mira.live.of(id, 'message.created').length === 1;
  await until('the message of the helper arrives', came);
  journal.tell(`${helper.name} to ${cast.mira.name}: “${text}”`);
  await pace.wait(CARES_SECONDS);
  checks.same((await helper.step(id, 'completed')).status, 200, 'The helper completes');
  journal.tell(`${helper.name} has done what was to do`);
}

/** The ledger must say what the helpers did, which is what docs/design.md says that helpers do. */
async function checkRates(
  { cast, checks, journal }: Stage,
  id: string,
  plans: Plan[],
): Promise<void> {
  const count = (...parts: Part[]): number =>
    plans.filter(({ part }) => parts.includes(part)).length;
  const accepted = count('comes', 'accepts');
  const expected = [count('misses it'), count('keeps silent'), accepted, count('declines')];
  let actual: number[] = [];
  const answered = async (): Promise<boolean> => {
    const { counts } = await ledgerOf(cast.mira, id);
    actual = [counts.delivered, counts.seen, counts.accepted, counts.declined];
    return actual.join() === expected.join();
  };
  await until('everybody has answered who will', answered, LIMIT_MS).catch(() => undefined);
  const [missed, silent, , declined] = expected;
  const sentence = `of ${plans.length} reached ${accepted} accept, ${declined} decline, ${silent} see it and keep silent, ${missed} miss it`;
  journal.tell(sentence);
  checks.same(actual, expected, `The ledger agrees: ${sentence}`);
}
