import { quietUntil } from './quiet-hours';

const NIGHT = { timeZone: 'Europe/Berlin', from: '22:00', to: '07:00' };
const until = (moment: string, hours = NIGHT): string | null =>
  quietUntil(new Date(moment), hours)?.toISOString() ?? null;

describe('Quiet hours', () => {
  it.each([
    ['in the evening, up to the next morning', '2026-11-22T21:30:00Z', '2026-11-23T06:00:00.000Z'],
    ['after midnight', '2026-11-23T02:15:42Z', '2026-11-23T06:00:00.000Z'],
    ['from their first minute', '2026-11-22T21:00:00Z', '2026-11-23T06:00:00.000Z'],
    ['until before their last', '2026-11-23T05:59:59Z', '2026-11-23T06:00:00.000Z'],
    ['not at their end', '2026-11-23T06:00:00Z', null],
    ['not by day', '2026-11-22T12:00:00Z', null],
  ])('hold %s', (_, moment, end) => {
    expect(until(moment)).toBe(end);
  });

  it('may lie within a day', () => {
    const siesta = { timeZone: 'Europe/Madrid', from: '14:00', to: '16:30' };
    expect(until('2026-11-22T13:10:00Z', siesta)).toBe('2026-11-22T15:30:00.000Z');
    expect(until('2026-11-22T16:00:00Z', siesta)).toBeNull();
  });

  it('end when the clock on the wall says so, also in the nights when it is changed', () => {
    // 29 March 2026, 02:00 becomes 03:00; 25 October, 03:00 becomes 02:00.
    expect(until('2026-03-28T21:30:00Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(until('2026-10-24T20:30:00Z')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('end where the clock is put forward past their end', () => {
    const skipped = { timeZone: 'Europe/Berlin', from: '22:00', to: '02:30' };
    expect(until('2026-03-28T22:00:00Z', skipped)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('are by the reader’s zone, half hours included', () => {
    const india = { timeZone: 'Asia/Kolkata', from: '22:00', to: '07:00' };
    expect(until('2026-11-22T17:00:00Z', india)).toBe('2026-11-23T01:30:00.000Z');
  });
});
