import { randomUUID } from 'node:crypto';
import type { Random } from '../../src/demo/random';
import { until } from '../../src/demo/until';
import type { Outcome, Person, StepOptions } from './person';
import { nearby, type Village } from './village';

/** How an emergency goes. */
export const PLOTS = [
  'helped',
  'withdrawn',
  'first-fix',
  'declined',
  'false-alarm',
  'two-phones',
] as const;
export type Plot = (typeof PLOTS)[number];

/** Longer than any outage of the run, election and lease included. */
const ALERTED_WITHIN_MS = 120_000;

/** The node that the step which makes a wave due goes to, and what is to happen as soon as it was sent. */
export interface Aim {
  url: string;
  onSent(emergency: string): void;
}

/** An answer that no fault explains. */
export class Unexpected extends Error {}

/** Plays one emergency from the first tap to its end, as its people would. */
export class Story {
  private id = '';
  private readonly requester: Person;
  private readonly helpers: Person[];

  constructor(
    private readonly village: Village,
    private readonly plot: Plot,
    private readonly random: Random,
    private readonly aim?: Aim,
  ) {
    this.requester = random.shuffled(village.requesters)[0] ?? fail('a village without people');
    this.helpers = random.shuffled(village.helpers);
  }

  /** @throws GaveUp, Unexpected, or Error for an alert that does not come. */
  async play(): Promise<void> {
    const [first, second, third] = this.helpers;
    if (!first || !second || !third) throw new Error('A village has three helpers.');
    await this.raise();
    if (this.plot === 'false-alarm') return this.end('cancel');
    if (this.plot === 'first-fix') await this.locate(this.aim);
    await this.alerted(this.helpers, 1);
    if (this.plot === 'declined') await this.answer(third, 'decline');
    await this.answer(first, 'accept');
    await this.progress(first, 'on_way');
    if (this.plot === 'withdrawn') {
      await this.withdraw(first, this.aim);
      await this.alerted([second, third], 2);
      await this.answer(second, 'accept');
      await this.move(second);
      await this.talk(second);
      return this.end('resolve');
    }
    await this.move(first);
    await this.talk(first);
    if (this.plot === 'helped') await this.locate();
    await this.progress(first, 'arrived');
    await this.progress(first, 'completed');
    return this.end('resolve');
  }

  private async raise(): Promise<void> {
    const location = this.plot === 'first-fix' ? {} : { location: this.village.place };
    const tap = (key: string): Promise<Outcome<{ id: string }>> =>
      this.requester.http(
        'raise',
        'POST',
        '/emergencies',
        { type: 'medical', ...location },
        { key },
      );
    if (this.plot !== 'two-phones') {
      this.id = must(await tap(randomUUID()), 'raise').id;
    } else {
      const taps = await Promise.all([tap(randomUUID()), tap(randomUUID())]);
      const [winner, ...more] = taps.filter(({ ok }) => ok);
      const refused = taps.find((one) => !one.ok);
      if (!winner?.ok || more.length > 0) throw new Unexpected('two phones raised two emergencies');
      if (!refused?.ok && refused?.code !== 'EMERGENCY_ALREADY_LIVE') {
        throw new Unexpected(`the second phone was refused by ${refused?.code}`);
      }
      this.id = winner.data.id;
    }
    this.requester.device.follow(this.id);
  }

  /** The requester's first or better fix; without a place before, it makes the first wave due. */
  private async locate(aim?: Aim): Promise<void> {
    const place = nearby(this.village.place, this.random.between(1, 200));
    const path = `/emergencies/${this.id}/location`;
    const sent = this.requester.http('locate', 'PUT', path, { ...place }, this.aimed(aim));
    aim?.onSent(this.id);
    must(await sent, 'locate');
  }

  private async answer(helper: Person, answer: 'accept' | 'decline'): Promise<void> {
    const path = `/emergencies/${this.id}/responses`;
    must(await helper.http(answer, 'POST', path, { answer }, this.aimed()), answer);
    if (answer === 'accept') helper.device.follow(this.id);
  }

  private async progress(
    helper: Person,
    status: 'on_way' | 'arrived' | 'completed',
  ): Promise<void> {
    const path = `/emergencies/${this.id}/responses/me`;
    must(await helper.http(status, 'PATCH', path, { status }, this.aimed()), status);
  }

  private async withdraw(helper: Person, aim?: Aim): Promise<void> {
    const path = `/emergencies/${this.id}/responses/me`;
    const body = { status: 'withdrawn' };
    const sent = helper.http('withdraw', 'PATCH', path, body, this.aimed(aim));
    aim?.onSent(this.id);
    must(await sent, 'withdraw');
  }

  private async move(helper: Person): Promise<void> {
    for (let leg = 0; leg < 2; leg += 1) {
      const place = nearby(this.village.place, this.random.between(1, 900));
      must(await helper.socket('move', 'location.update', { ...place }, this.id), 'move');
    }
  }

  private async talk(helper: Person): Promise<void> {
    const clientId = randomUUID();
    const message = { emergencyId: this.id, text: 'Coming', clientId };
    must(await helper.socket('message', 'message.send', message, this.id, clientId), 'message');
  }

  private async end(step: 'resolve' | 'cancel'): Promise<void> {
    const body = step === 'resolve' ? { outcome: 'helped' } : {};
    const path = `/emergencies/${this.id}/${step}`;
    must(await this.requester.http(step, 'POST', path, body, this.aimed()), step);
  }

  /** The story does not go on before everybody who is due was told: then nobody can have been forgotten. */
  private async alerted(helpers: Person[], times: number): Promise<void> {
    await until(
      `${this.id}: alert ${times} of ${helpers.map(({ id }) => id).join(', ')}`,
      () => helpers.every(({ device }) => device.alertsOf(this.id) >= times),
      ALERTED_WITHIN_MS,
    );
  }

  private aimed(aim?: Aim): StepOptions {
    return { emergency: this.id, ...(aim ? { firstTo: aim.url } : {}) };
  }
}

function must<T>(outcome: Outcome<T>, step: string): T {
  if (outcome.ok) return outcome.data;
  throw new Unexpected(`${step} was refused: ${outcome.code}`);
}

function fail(what: string): never {
  throw new Error(what);
}
