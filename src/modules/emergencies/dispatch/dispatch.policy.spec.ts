import * as fc from 'fast-check';
import { Types } from 'mongoose';
import { ALERT_STATUSES, type AlertStatus, PENDING_ALERT } from '../schemas/alert.schema';
import type { LeaveReason } from '../schemas/emergency.schema';
import { type LedgerRow, topFifty, WANTED_ALERTS } from './dispatch.policy';
import type { Candidate } from './rank';

const RADIUS = 5000;
const id = (number: number): Types.ObjectId =>
  new Types.ObjectId(number.toString(16).padStart(24, '0'));
/** Number 0 is the nearest. */
const candidate = (number: number): Candidate => ({
  helper: id(number),
  place: { latitude: 0, longitude: 0 },
  distanceMeters: number,
  trustScore: 500,
});
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const row = (
  number: number,
  status: AlertStatus,
  withdrawnBecause: LeaveReason | null = null,
): LedgerRow => ({ helper: id(number), status, withdrawnBecause });
const numbers = (candidates: Candidate[]): number[] =>
  candidates.map(({ helper }) => Number.parseInt(helper.toHexString(), 16));

const decide = (candidates: number[], ledger: LedgerRow[], reopened = false, ageMs = 0) => {
  const { alert, alertAgain } = topFifty({
    candidates: candidates.map(candidate),
    ledger,
    radiusMeters: RADIUS,
    ageMs,
    reopened,
  });
  return { alert: numbers(alert), alertAgain: numbers(alertAgain) };
};

describe('The first dispatch policy', () => {
  it('alerts the best fifty', () => {
    const decision = decide(range(0, 80).toReversed(), []);
    expect(decision).toEqual({ alert: range(0, 50), alertAgain: [] });
  });

  it('alerts everybody where there are fewer', () => {
    expect(decide(range(0, 7), []).alert).toEqual(range(0, 7));
  });

  it('fills the places of those who answered, and no more', () => {
    const ledger = [
      ...range(0, 30).map((number) => row(number, 'delivered')),
      ...range(30, 50).map((number) => row(number, 'declined')),
    ];
    expect(decide(range(0, 120), ledger)).toEqual({ alert: range(50, 70), alertAgain: [] });
  });

  it('alerts nobody while fifty have not answered', () => {
    const ledger = range(0, 50).map((number) => row(number, 'seen'));
    expect(decide(range(0, 120), ledger)).toEqual({ alert: [], alertAgain: [] });
  });

  it('alerts no more than four times fifty at once when the place jumps, and fifty more each 30 s', () => {
    const jumped = (times: number): LedgerRow[] =>
      range(0, 50 * times).map((number) => row(number, 'withdrawn', 'out_of_reach'));
    expect(decide(range(500, 600), jumped(3)).alert).toHaveLength(50);
    expect(decide(range(500, 600), jumped(4)).alert).toEqual([]);
    expect(decide(range(500, 600), jumped(4), false, 30_000).alert).toHaveLength(50);
    expect(decide(range(500, 600), jumped(5), false, 30_000).alert).toEqual([]);
    // Those who were told before and are near again are not new.
    expect(decide(range(0, 100), jumped(4)).alertAgain).toEqual(range(0, 50));
  });

  it('is never short of what the clock alone could alert: fifty each 30 s, if everybody declines', () => {
    for (let looks = 1; looks <= 120; looks += 1) {
      const ledger = range(0, 50 * looks).map((number) => row(number, 'declined'));
      const next = decide(range(10_000, 10_060), ledger, false, looks * 30_000);
      expect(next.alert).toHaveLength(50);
    }
  });

  it('tells those who have not answered again when it was reopened, and only then', () => {
    const ledger = PENDING_ALERT.map((status, number) => row(number, status));
    expect(decide(range(0, 5), ledger, false)).toEqual({ alert: [4], alertAgain: [] });
    expect(decide(range(0, 5), ledger, true)).toEqual({ alert: [4], alertAgain: range(0, 4) });
  });

  it.each<[AlertStatus, LeaveReason | null]>([
    ['declined', null],
    ['accepted', null],
    ['expired', null],
    ['withdrawn', 'helper'],
    ['withdrawn', 'sent_away'],
    ['withdrawn', 'blocked'],
    ['withdrawn', 'suspended'],
    ['withdrawn', 'unverified'],
    ['withdrawn', 'erased'],
  ])('never tells again who is %s (%s), reopened or not', (status, because) => {
    for (const reopened of [false, true]) {
      expect(decide([0], [row(0, status, because)], reopened)).toEqual({
        alert: [],
        alertAgain: [],
      });
    }
  });

  it('tells again who was out of reach and is not any more', () => {
    expect(decide([0], [row(0, 'withdrawn', 'out_of_reach')])).toEqual({
      alert: [],
      alertAgain: [0],
    });
  });

  it('lets those back in reach and new ones compete for the free places by rank', () => {
    const ledger = [
      ...range(0, 48).map((number) => row(number, 'sent')),
      row(60, 'withdrawn', 'out_of_reach'),
      row(70, 'withdrawn', 'out_of_reach'),
    ];
    expect(decide([50, 60, 70, 80], ledger)).toEqual({ alert: [50], alertAgain: [60] });
  });

  it('never has more than fifty unanswered alerts, never repeats itself, never asks who said no', () => {
    const because: (LeaveReason | null)[] = ['helper', 'sent_away', 'out_of_reach'];
    const ledgers = fc.array(
      fc.tuple(fc.constantFrom(...ALERT_STATUSES), fc.constantFrom(...because)),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(
        ledgers,
        fc.boolean(),
        fc.integer({ min: 0, max: 150 }),
        (states, reopened, count) => {
          const ledger = states.map(([status, reason], number) =>
            row(number, status, status === 'withdrawn' ? reason : null),
          );
          const { alert, alertAgain } = decide(range(0, count), ledger, reopened);
          const waiting = ledger.filter(({ status }) => PENDING_ALERT.includes(status));
          const told = new Set([...alert, ...alertAgain]);
          expect(told.size).toBe(alert.length + alertAgain.length);
          const after = new Set([
            ...waiting.map(({ helper }) => Number.parseInt(helper.toHexString(), 16)),
            ...told,
          ]);
          expect(after.size).toBeLessThanOrEqual(Math.max(WANTED_ALERTS, waiting.length));
          expect(alert.every((number) => number >= ledger.length)).toBe(true);
          for (const number of alertAgain) {
            expect(['withdrawn', ...(reopened ? PENDING_ALERT : [])]).toContain(
              ledger[number]?.status,
            );
          }
        },
      ),
    );
  });
});
