import { distanceMeters, type Place } from '../../common/geo/geo';
import { along } from '../city/city';
import { REPORTS_EVERY_SECONDS, SPEED_METERS_PER_SECOND } from '../field';
import type { Pace } from '../pace';
import type { Answer } from './api-client';
import type { Emergency, HelperResponse } from './contract';
import type { Heard } from './live-client';
import type { Person } from './person';

/** A position that a helper's phone sent. */
export interface Report {
  place: Place;
  sentAt: number;
}

/** A volunteer with a phone: hears alerts, answers them, and comes. */
export class Helper {
  /** Where they are now. */
  place: Place;
  readonly reports: Report[] = [];

  constructor(
    readonly person: Person,
    readonly home: Place,
    /** How far they would go, in metres. */
    readonly radiusMeters: number,
  ) {
    this.place = home;
  }

  get name(): string {
    return this.person.name;
  }

  get connected(): boolean {
    return this.person.live.connected;
  }

  distanceTo(place: Place): number {
    return distanceMeters(this.place, place);
  }

  /** The alerts of an emergency that reached this phone: the first, and what came again. */
  alerts(emergencyId: string): Heard<Emergency>[] {
    return this.person.live.of(emergencyId, 'emergency.created') as Heard<Emergency>[];
  }

  async sees(emergencyId: string): Promise<void> {
    await this.person.live.ask('alert.seen', { emergencyId });
  }

  accept(emergencyId: string, etaSeconds?: number): Promise<Answer<Emergency>> {
    return this.person.post(`/emergencies/${emergencyId}/responses`, {
      answer: 'accept',
      ...(etaSeconds === undefined ? {} : { etaSeconds }),
    });
  }

  decline(emergencyId: string, reason: string): Promise<Answer<Emergency>> {
    return this.person.post(`/emergencies/${emergencyId}/responses`, { answer: 'decline', reason });
  }

  /** The next step of this helper's own response. */
  step(
    emergencyId: string,
    status: Exclude<HelperResponse['status'], 'accepted'>,
    etaSeconds?: number,
  ): Promise<Answer<Emergency>> {
    return this.person.patch(`/emergencies/${emergencyId}/responses/me`, {
      status,
      ...(etaSeconds === undefined ? {} : { etaSeconds }),
    });
  }

  /** Is somewhere else, and the phone says so. */
  async moveTo(place: Place): Promise<void> {
    this.place = place;
    this.reports.push({ place, sentAt: performance.now() });
    await this.person.live.ask('location.update', { ...place, accuracyMeters: 10 });
  }

  /** How long the way takes, in seconds. */
  secondsTo(place: Place): number {
    return Math.round(this.distanceTo(place) / SPEED_METERS_PER_SECOND);
  }

  /**
   * Goes there at a helper's speed, reporting on the way.
   *
   * @returns false when `signal` ended the way before.
   */
  async travelTo(place: Place, pace: Pace, signal?: AbortSignal): Promise<boolean> {
    const from = this.place;
    const duration = this.secondsTo(place);
    for (let gone = 0; gone < duration;) {
      const leg = Math.min(REPORTS_EVERY_SECONDS, duration - gone);
      if (!(await pace.wait(leg, signal))) return false;
      gone += leg;
      await this.moveTo(along(from, place, gone / duration));
    }
    return true;
  }
}
