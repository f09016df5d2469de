import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import {
  isOpenAt,
  isOpenThroughout,
  isTimeZone,
  localTime,
  openAtFilter,
  type WeeklyHours,
} from './weekly-hours';
import { DatedHoursDto, WeeklyHoursDto } from './weekly-hours.dto';

const BERLIN: WeeklyHours = {
  timeZone: 'Europe/Berlin',
  slots: [
    { day: 0, from: '02:00', to: '03:00' },
    { day: 1, from: '09:00', to: '12:00' },
    { day: 1, from: '13:00', to: '24:00' },
  ],
};

describe('Weekly hours', () => {
  it.each([
    ['a Monday morning', '2026-11-23T08:00:00Z', true],
    ['the minute before opening', '2026-11-23T07:59:59Z', false],
    ['the minute of closing', '2026-11-23T11:00:00Z', false],
    ['the last minute of the day', '2026-11-23T22:59:59Z', true],
    ['midnight, which is the next day', '2026-11-23T23:00:00Z', false],
    ['the same hour in summer', '2026-07-20T07:00:00Z', true],
    ['the hour that is lost in spring', '2026-03-29T01:00:00Z', false],
    ['the hour that comes twice in autumn, first', '2026-10-25T00:30:00Z', true],
    ['the hour that comes twice in autumn, again', '2026-10-25T01:30:00Z', true],
    ['the hour after both', '2026-10-25T02:00:00Z', false],
  ])('hold at %s: %s is %s', (_, moment, open) => {
    expect(isOpenAt(BERLIN, new Date(moment))).toBe(open);
  });

  it.each([
    ['a morning, to its end', '2026-11-23T08:00:00Z', '2026-11-23T11:00:00Z', true],
    ['a minute more', '2026-11-23T08:00:00Z', '2026-11-23T11:01:00Z', false],
    ['a second more', '2026-11-23T08:00:00Z', '2026-11-23T11:00:01Z', false],
    ['a second before the beginning', '2026-11-23T07:59:59Z', '2026-11-23T09:00:00Z', false],
    ['over the break at noon', '2026-11-23T10:00:00Z', '2026-11-23T13:00:00Z', false],
    ['to midnight', '2026-11-23T22:30:30Z', '2026-11-23T23:00:00Z', true],
    [
      'both of the hours that are one in autumn',
      '2026-10-25T00:00:00Z',
      '2026-10-25T02:00:00Z',
      true,
    ],
    ['no time', '2026-11-24T08:00:00Z', '2026-11-24T08:00:00Z', true],
  ])('hold throughout %s: from %s to %s is %s', (_, from, to, open) => {
    expect(isOpenThroughout(BERLIN, new Date(from), new Date(to))).toBe(open);
  });

  it('give way to the hours of a date', () => {
    const christmas = [{ date: '2026-11-23', slots: [{ from: '12:00', to: '13:00' }] }];
    expect(isOpenAt(BERLIN, new Date('2026-11-23T08:00:00Z'), christmas)).toBe(false);
    expect(isOpenAt(BERLIN, new Date('2026-11-23T11:30:00Z'), christmas)).toBe(true);
    expect(isOpenAt(BERLIN, new Date('2026-11-30T08:00:00Z'), christmas)).toBe(true);
    const closed = [{ date: '2026-11-23', slots: [] }];
    expect(isOpenAt(BERLIN, new Date('2026-11-23T08:00:00Z'), closed)).toBe(false);
  });

  it('are read in local time, on both sides of the date line', () => {
    const moment = new Date('2026-01-01T11:30:00Z');
    expect(localTime(moment, 'Pacific/Kiritimati')).toEqual({
      day: 5,
      time: '01:30',
      date: '2026-01-02',
    });
    expect(localTime(moment, 'Pacific/Pago_Pago')).toEqual({
      day: 4,
      time: '00:30',
      date: '2026-01-01',
    });
  });

  it('ask the database one question for all zones whose clocks agree', () => {
    const zones = ['Europe/Berlin', 'Europe/Paris', 'Asia/Tokyo', 'UTC'];
    const filter = openAtFilter(new Date('2026-11-23T08:00:00Z'), zones, 'hours');
    expect(filter.$or).toHaveLength(3);
    expect(filter.$or).toContainEqual({
      'hours.timeZone': { $in: ['Europe/Berlin', 'Europe/Paris'] },
      'hours.slots': { $elemMatch: { day: 1, from: { $lte: '09:00' }, to: { $gt: '09:00' } } },
    });
  });

  it('match nothing where there are no zones', () => {
    expect(openAtFilter(new Date(), [], 'hours')).toEqual({ 'hours.timeZone': { $in: [] } });
  });

  it.each([
    ['Europe/Berlin', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Asia/Kolkata', true],
    ['UTC', true],
    ['+01:00', false],
    ['Europe/Atlantis', false],
    ['Antarctica/DumontDUrville', true],
    ['America/Port-au-Prince', true],
    ['Etc/GMT+5', true],
    ['europe/berlin', false],
    ['Europe/BERLIN', false],
    ['EUROPE/Berlin', false],
    ['Europe/BeRlin', false],
    ['America/Port-Au-prince', false],
    ['', false],
    [7, false],
  ])('take %j for a time zone: %s', (zone, known) => {
    expect(isTimeZone(zone)).toBe(known);
  });
});

describe('Time zones', () => {
  it('are all known by the name that the runtime gives them', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((zone) => !isTimeZone(zone))).toEqual([]);
  });
});

describe('Weekly hours that a client sends', () => {
  const problems = (hours: unknown): number =>
    validateSync(plainToInstance(WeeklyHoursDto, hours)).length;
  const slots = (...list: unknown[]) => ({ timeZone: 'Europe/Berlin', slots: list });

  it.each([
    ['a week without hours', slots()],
    [
      'slots that touch',
      slots({ day: 1, from: '09:00', to: '12:00' }, { day: 1, from: '12:00', to: '24:00' }),
    ],
    [
      'the same time on two days',
      slots({ day: 1, from: '09:00', to: '12:00' }, { day: 2, from: '09:00', to: '12:00' }),
    ],
  ])('are valid with %s', (_, hours) => {
    expect(problems(hours)).toBe(0);
  });

  it.each([
    [
      'an overlap',
      slots({ day: 1, from: '09:00', to: '12:00' }, { day: 1, from: '11:59', to: '13:00' }),
    ],
    ['an end before the start', slots({ day: 1, from: '09:00', to: '08:00' })],
    ['an end at the start', slots({ day: 1, from: '09:00', to: '09:00' })],
    ['a start at 24:00', slots({ day: 1, from: '24:00', to: '24:00' })],
    ['an end at 24:01', slots({ day: 1, from: '09:00', to: '24:01' })],
    ['an eighth day', slots({ day: 7, from: '09:00', to: '10:00' })],
    ['a time of one digit', slots({ day: 1, from: '9:00', to: '10:00' })],
    ['no time zone', { slots: [] }],
    ['slots that are no list', { timeZone: 'UTC', slots: {} }],
    ['a slot that is none', slots(null)],
    [
      'too many slots',
      slots(...Array.from({ length: 43 }, () => ({ day: 1, from: '09:00', to: '10:00' }))),
    ],
  ])('are refused with %s', (_, hours) => {
    expect(problems(hours)).toBeGreaterThan(0);
  });

  it.each([
    ['2026-12-24', 0],
    ['2026-02-30', 1],
    ['24.12.2026', 1],
    ['2026-13-01', 1],
  ])('may differ on %s: %s problems', (date, count) => {
    expect(validateSync(plainToInstance(DatedHoursDto, { date, slots: [] }))).toHaveLength(count);
  });
});
