import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, must } from '../client/api-client';
import type { Emergency } from '../client/contract';
import type { Helper } from '../client/helper';
import { milliseconds } from '../output/journal';
import type { SosFigures } from '../output/table';
import { delivered, emergencyOf, figures, inTheCentre, tap, timelineOf } from './sos';
import type { Stage } from './stage';
import { countTo, numbers, replay } from './timeline';

const ROUNDS = 8;
/**
 * Head start of the helper over the requester, at most: an accept is more work than a resolve and would lose nearly always.
 */
const HEAD_START_MS = 10;

/** Everything twice, and at the same instant: the database decides, and the record is never wrong. */
export async function playRace(stage: Stage): Promise<SosFigures> {
  const { cast, checks, journal } = stage;
  const { deniz } = cast;
  await deniz.live.connect();
  const request = {
    type: 'safety',
    location: inTheCentre(stage),
    requestId: randomUUID(),
  } as const;
  const taps = await Promise.all([tap(deniz, request), tap(deniz, request)]);
  const [one, two] = taps;
  journal.startAt(Math.min(one.at, two.at));
  journal.tell(`${deniz.name}'s thumb trembles: two taps with one request id`, one.at);
  checks.same(statuses(taps), [200, 201], 'A double tap is answered with 201 and 200');
  const winner = one.answer.status === 201 ? one : two;
  const repeat = one.answer.status === 201 ? two : one;
  const { id } = must(winner.answer);
  checks.same(
    [must(repeat.answer).id, repeat.answer.replayed],
    [id, true],
    'The second answer is the same emergency, marked as a replay',
  );
  journal.tell('201 and 200: one emergency', Math.max(one.answeredAt, two.answeredAt));
  const alerted = await delivered(stage, deniz, id, winner.at);
  journal.tell(`delivered to ${alerted.length} phones, each once`);
  checks.that(
    alerted.every(({ helper }) => helper.alerts(id).length === 1),
    'Each helper is alerted once for the two taps',
  );

  await twoPhones(stage);
  const [first, second, third] = alerted.map(({ helper }) => helper);
  if (!first || !second || !third) throw new Error('Fewer than three helpers were reached.');
  await twoAccepts(stage, id, first, second);
  await resolveAgainstAccept(stage, id, third);

  const emergency = await emergencyOf(deniz, id);
  checks.same(
    numbers(deniz.live.of(id)),
    countTo(emergency.seq),
    'His socket heard each numbered event once, in order',
  );
  return figures('race', deniz, winner, alerted);
}

/** One person, two phones, two request ids: there is one live emergency a person. */
async function twoPhones(stage: Stage): Promise<void> {
  const { cast, checks, journal } = stage;
  const sos = { type: 'accident', location: inTheCentre(stage) } as const;
  const taps = await Promise.all(
    [randomUUID(), randomUUID()].map((requestId) => tap(cast.ana, { ...sos, requestId })),
  );
  const won = taps.find(({ answer }) => answer.status === 201);
  const lost = taps.find(({ answer }) => answer.status !== 201);
  checks.same(statuses(taps), [201, 409], 'Two phones with different ids: one 201, one 409');
  if (!won || !lost) return;
  const { id } = must(won.answer);
  const { code, details } = lost.answer.error ?? {};
  checks.same(
    [code, details?.emergencyId],
    ['EMERGENCY_ALREADY_LIVE', id],
    'The 409 is EMERGENCY_ALREADY_LIVE and names the live one',
  );
  journal.tell(`${cast.ana.name} taps on two phones: one 201, one 409 ${code}`);
  const cancelled = await cast.ana.post<Emergency>(`/emergencies/${id}/cancel`);
  checks.same(cancelled.data?.status, 'cancelled', 'She cancels it');
}

async function twoAccepts(stage: Stage, id: string, one: Helper, two: Helper): Promise<void> {
  const { cast, checks, journal } = stage;
  const began = performance.now();
  const answers = await Promise.all([one.accept(id), two.accept(id)]);
  journal.tell(
    `${one.name} and ${two.name} accept at the same instant: ${answers.map(({ status }) => status).join(' and ')} in ${milliseconds(performance.now() - began)} ms`,
  );
  checks.same(
    answers.map(({ status }) => status),
    [200, 200],
    'Two accepts at the same instant both count',
  );
  const timeline = await timelineOf(cast.deniz, id);
  const moves = timeline.filter(({ type }) => type === 'emergency.status_changed');
  checks.same(
    moves.map(({ data }) => data),
    [{ from: 'active', to: 'responding' }],
    'The emergency moved from active to responding exactly once',
  );
  const { present, problems } = replay(timeline);
  checks.same(
    { problems, present: present.sort() },
    { problems: [], present: [one.person.id, two.person.id].sort() },
    'Both are in the timeline, whose numbers have no gap',
  );
}

/** The requester ends it while a helper accepts: again and again, on this emergency and on new ones. */
async function resolveAgainstAccept(stage: Stage, id: string, helper: Helper): Promise<void> {
  const { cast, checks, journal, random } = stage;
  let wins = 0;
  const wrong: string[] = [];
  for (let round = 1, current = id, rival = helper; ; round += 1) {
    const [accepted, resolved] = await Promise.all([
      rival.accept(current),
      delay(random.between(0, HEAD_START_MS)).then(() =>
        cast.deniz.post<Emergency>(`/emergencies/${current}/resolve`, { outcome: 'helped' }),
      ),
    ]);
    if (accepted.status === 200) wins += 1;
    const problems = await contradictions(stage, current, rival, accepted, resolved);
    wrong.push(...problems.map((problem) => `round ${round}: ${problem}`));
    if (round === ROUNDS) break;
    const next = await tap(cast.deniz, { type: 'safety', location: inTheCentre(stage) });
    current = must(next.answer).id;
    const [quickest] = await delivered(stage, cast.deniz, current, next.at);
    rival = quickest?.helper ?? rival;
  }
  journal.tell(
    `resolve against accept, ${ROUNDS} times: the accept was first ${wins} times and lost ${ROUNDS - wins} times`,
  );
  checks.same(
    wrong,
    [],
    `Resolve against accept, ${ROUNDS} times: the record agrees with both answers`,
  );
}

/** Where the answers that the two rivals got and the record that remains disagree, in words. */
async function contradictions(
  { cast }: Stage,
  id: string,
  helper: Helper,
  accepted: Answer<Emergency>,
  resolved: Answer<Emergency>,
): Promise<string[]> {
  const won = accepted.status === 200;
  const lost =
    accepted.status === 409 &&
    accepted.error?.code === 'INVALID_TRANSITION' &&
    accepted.error.details?.status === 'resolved';
  const emergency = await emergencyOf(cast.deniz, id);
  const timeline = await timelineOf(cast.deniz, id);
  const { problems, status, present } = replay(timeline);
  const inRecord = emergency.responses.some((response) => response.helper.id === helper.person.id);
  const found: [boolean, string][] = [
    [resolved.status === 200, `the resolve was answered with ${resolved.status}`],
    [won || lost, `the accept was answered with ${accepted.status} ${accepted.error?.code ?? ''}`],
    [emergency.status === 'resolved' && status === 'resolved', `it is ${emergency.status}`],
    [inRecord === won, `the helper is ${inRecord ? '' : 'not '}in the record`],
    [present.includes(helper.person.id) === won, 'the timeline says otherwise'],
    [timeline.length === emergency.seq, `${timeline.length} events, but seq ${emergency.seq}`],
  ];
  return [...problems, ...found.filter(([holds]) => !holds).map(([, problem]) => problem)];
}

function statuses(taps: { answer: Answer<unknown> }[]): number[] {
  return taps.map(({ answer }) => answer.status).sort((a, b) => a - b);
}
