import { later, MINUTE } from '../../../common/time/clock';
import { localTime } from '../../../common/time/weekly-hours';
import type { QuietHours } from '../schemas/notification-preferences.schema';

const DAY_MINUTES = 24 * 60;
/** Clocks are put forward or back by an hour at most, so that the end is found within these of where it seems to be. */
const SHIFT_MINUTES = 60;

/**
 * When the quiet hours end that a moment lies in; null outside of them. Summer time included: the end is when the clock on the wall
 * says so, or, where it is put forward past that, the moment after.
 */
export function quietUntil(moment: Date, { timeZone, from, to }: QuietHours): Date | null {
  const isQuiet = (at: Date): boolean => within(localTime(at, timeZone).time, from, to);
  if (!isQuiet(moment)) return null;
  const now = minutesOf(localTime(moment, timeZone).time);
  const left = (minutesOf(to) - now + DAY_MINUTES) % DAY_MINUTES;
  const minute = new Date(Math.floor(moment.getTime() / MINUTE) * MINUTE);
  for (let ahead = Math.max(1, left - SHIFT_MINUTES); ahead <= left + SHIFT_MINUTES; ahead += 1) {
    const at = later(minute, ahead * MINUTE);
    if (!isQuiet(at)) return at;
  }
  return later(minute, left * MINUTE);
}

function within(time: string, from: string, to: string): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
