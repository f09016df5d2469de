import type { Document } from 'mongodb';
import { MINUTE } from './clock';

/** A period of the week in local time; `to` is exclusive and after `from`: what crosses midnight is two slots. */
export interface WeeklySlot {
  /** 0 is Sunday. */
  day: number;
  /** "HH:MM". */
  from: string;
  /** "HH:MM", up to "24:00". */
  to: string;
}

/** When somebody is there, week after week, in their own time zone. */
export interface WeeklyHours {
  /** Name of the IANA database, such as "Europe/Berlin". */
  timeZone: string;
  slots: WeeklySlot[];
}

/** A date whose hours differ from those of its weekday; no slots: closed. */
export interface DatedHours {
  /** "YYYY-MM-DD", local. */
  date: string;
  slots: Omit<WeeklySlot, 'day'>[];
}

export interface LocalTime {
  /** 0 is Sunday. */
  day: number;
  /** "HH:MM", from "00:00" to "23:59". */
  time: string;
  /** "YYYY-MM-DD". */
  date: string;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall says at a moment, summer time included. @throws RangeError for an unknown zone. */
export function localTime(moment: Date, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    format(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: WEEKDAYS.indexOf(parts.weekday ?? ''),
    time: `${parts.hour}:${parts.minute}`,
    date: `${parts.year}-${parts.month}-${parts.day}`,
  };
}

/** Whether a moment falls into the hours; a date of its own replaces its weekday. */
export function isOpenAt(
  { timeZone, slots }: WeeklyHours,
  moment: Date,
  exceptions: readonly DatedHours[] = [],
): boolean {
  const { day, time, date } = localTime(moment, timeZone);
  const exception = exceptions.find((one) => one.date === date);
  const today = exception?.slots ?? slots.filter((slot) => slot.day === day);
  return today.some(({ from, to }) => from <= time && time < to);
}

/**
 * Whether every moment from `from` up to `to` falls into the hours, however often the clock changes in between. Slots and
 * changes of the clock begin on whole minutes, so one moment of each minute stands for all of it.
 */
export function isOpenThroughout(hours: WeeklyHours, from: Date, to: Date): boolean {
  for (let at = from.getTime(); at < to.getTime(); at = nextMinute(at)) {
    if (!isOpenAt(hours, new Date(at))) return false;
  }
  return true;
}

function nextMinute(at: number): number {
  return at - (at % MINUTE) + MINUTE;
}

/**
 * The same as a filter for documents that hold WeeklyHours in one field and, perhaps, DatedHours in another. The database
 * compares local times, which are worked out here: one condition for all zones whose clocks agree at the moment.
 *
 * @param timeZones every zone that occurs in the collection (`distinct`); a document of another zone is not found.
 */
export function openAtFilter(
  moment: Date,
  timeZones: readonly string[],
  hours: string,
  exceptions?: string,
): Document {
  const zonesByTime = new Map<string, { local: LocalTime; zones: string[] }>();
  for (const zone of timeZones) {
    const local = localTime(moment, zone);
    const key = `${local.date} ${local.time}`;
    const group = zonesByTime.get(key) ?? { local, zones: [] };
    group.zones.push(zone);
    zonesByTime.set(key, group);
  }
  const agreed = [...zonesByTime.values()].map(({ local: { day, time, date }, zones }) => {
    const now = { from: { $lte: time }, to: { $gt: time } };
    const weekly = { [`${hours}.slots`]: { $elemMatch: { day, ...now } } };
    const zone = { [`${hours}.timeZone`]: { $in: zones } };
    if (exceptions === undefined) return { ...zone, ...weekly };
    return {
      ...zone,
      $or: [
        { [exceptions]: { $elemMatch: { date, slots: { $elemMatch: now } } } },
        { [`${exceptions}.date`]: { $ne: date }, ...weekly },
      ],
    };
  });
  return agreed.length > 0 ? { $or: agreed } : { [`${hours}.timeZone`]: { $in: [] } };
}

/** How the names of the IANA database are written, such as "America/Port-au-Prince"; with few exceptions, word by word. */
const WORD = '(?:[A-Z][a-z]+|of|au|es|McMurdo|DumontDUrville|ACT|NSW|LHI|IN)';
const ZONE_NAME = new RegExp(
  `^(?:UTC|Etc/(?:UTC|UCT|GMT(?:[+-]?\\d{1,2})?)|(?:[A-Z][a-z]+|US)(?:/${WORD}(?:[_-]${WORD})*)+)$`,
);

/**
 * A name of the IANA database: no bare offsets, which know no summer time.
 *
 * Threat: `Intl` takes a name in any mixture of cases, so one zone would have thousands, and each search by opening hours
 * asks about every name that occurs.
 */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== 'string' || !ZONE_NAME.test(value)) return false;
  try {
    format(value);
    return true;
  } catch {
    return false;
  }
}

/** True where two slots of a day share a moment. */
export function overlap(slots: readonly (Omit<WeeklySlot, 'day'> & { day?: number })[]): boolean {
  return slots.some((a, index) =>
    slots.slice(index + 1).some((b) => a.day === b.day && a.from < b.to && b.from < a.to),
  );
}

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
}
