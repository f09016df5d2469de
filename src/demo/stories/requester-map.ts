import { distanceMeters, type Place } from '../../common/geo/geo';
import type { SharedLocation } from '../client/contract';
import type { Helper } from '../client/helper';
import type { Heard } from '../client/live-client';
import type { Person } from '../client/person';
import { kilometres, type Journal } from '../output/journal';

const TELL_EVERY_MS = 1000;
/** Whoever is this near is not on the way any more. */
const THERE_METERS = 1;

/** The map on the requester's phone: where the helpers are, by `location.updated`. */
export class RequesterMap {
  private readonly moving = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly stopListening: () => void;
  private changed = false;

  constructor(
    private readonly requester: Person,
    private readonly emergencyId: string,
    private readonly place: Place,
    private readonly journal: Journal,
  ) {
    this.stopListening = requester.live.onHeard((heard) => {
      const location = helperLocation(heard);
      if (!location?.userId || heard.event.subjectId !== emergencyId) return;
      this.moving.set(location.userId, distanceMeters(location.location, place));
      this.changed = true;
    });
    this.timer = setInterval(() => this.tell(), TELL_EVERY_MS);
  }

  /** How many positions of helpers came. */
  get total(): number {
    return this.positions().length;
  }

  /** How far from the requester a helper was shown, one number a position, in metres. */
  shown(helper: Helper | undefined): number[] {
    return this.positions()
      .filter(({ event }) => event.data.userId === helper?.person.id)
      .map(({ event }) => distanceMeters(event.data.location, this.place));
  }

  /** From the helper's phone to the requester's, in milliseconds, the median of a helper's positions. */
  medianDelay(helper: Helper | undefined): number {
    const delays = this.positions()
      .flatMap(({ at, event: { data } }) => {
        const report = helper?.reports.find(
          ({ place: { latitude, longitude } }) =>
            data.userId === helper.person.id &&
            data.location.latitude === latitude &&
            data.location.longitude === longitude,
        );
        return report ? [at - report.sentAt] : [];
      })
      .sort((a, b) => a - b);
    return delays[Math.floor(delays.length / 2)] ?? Number.NaN;
  }

  close(): void {
    clearInterval(this.timer);
    this.stopListening();
  }

  private positions(): Heard<SharedLocation>[] {
    const heard = this.requester.live.of(this.emergencyId, 'location.updated');
    return (heard as Heard<SharedLocation>[]).filter(({ event }) => event.data.userId);
  }

  private tell(): void {
    const onTheWay = [...this.moving.values()].filter((meters) => meters >= THERE_METERS);
    if (!this.changed || onTheWay.length === 0) return;
    this.changed = false;
    const nearest = kilometres(Math.min(...onTheWay));
    this.journal.tell(
      `${this.requester.name} sees ${onTheWay.length} on the way, the nearest ${nearest} away`,
    );
  }
}

function helperLocation({ name, event }: Heard): SharedLocation | undefined {
  return name === 'location.updated' ? (event.data as SharedLocation) : undefined;
}
