import { Types } from 'mongoose';
import type { AlertStatus, AlertVia } from '../schemas/alert.schema';
import type { LeaveReason } from '../schemas/emergency.schema';
import { type MemberSituation, nearestMembers, WANTED_MEMBERS } from './member.policy';
import type { Candidate } from './rank';

const via: AlertVia = { organization: new Types.ObjectId(), reachMeters: 2000 };

function candidates(count: number): Candidate[] {
  return Array.from({ length: count }, (_, index) => ({
    helper: new Types.ObjectId(),
    place: { latitude: 0, longitude: 0 },
    distanceMeters: 10 * index,
    trustScore: 500,
    via,
  }));
}

const row = (
  { helper }: Candidate,
  status: AlertStatus,
  withdrawnBecause: LeaveReason | null = null,
  asMember = true,
): MemberSituation['ledger'][number] => ({
  helper,
  status,
  withdrawnBecause,
  ...(asMember ? { via } : {}),
});

describe('The policy for members', () => {
  it('tells the nearest fifty, in the order that they came in', () => {
    const all = candidates(70);
    const { alert, alertAgain } = nearestMembers({ candidates: all, ledger: [], again: false });
    expect(alert).toEqual(all.slice(0, WANTED_MEMBERS));
    expect(alertAgain).toEqual([]);
  });

  it('tells fifty in all, however they answered; helpers do not count', () => {
    const all = candidates(100);
    const ledger = [
      ...all.slice(0, 20).map((one) => row(one, 'declined')),
      ...all.slice(20, 29).map((one) => row(one, 'withdrawn', 'out_of_reach')),
      ...candidates(50).map((one) => row(one, 'sent', null, false)),
    ];
    const { alert } = nearestMembers({ candidates: all.slice(29), ledger, again: false });
    expect(alert).toEqual(all.slice(29, 50));
    const full = { candidates: candidates(5), ledger: all.map((one) => row(one, 'sent')) };
    expect(nearestMembers({ ...full, again: true }).alert).toEqual([]);
  });

  it('tells nobody a second time who was told as a helper', () => {
    const [one] = candidates(1);
    const ledger = [row(one, 'sent', null, false)];
    const nobody = { alert: [], alertAgain: [] };
    expect(nearestMembers({ candidates: [one], ledger, again: true })).toEqual(nobody);
  });

  it.each<[AlertStatus, LeaveReason | null, boolean, boolean]>([
    ['queued', null, false, false],
    ['queued', null, true, true],
    ['seen', null, true, true],
    ['accepted', null, true, false],
    ['declined', null, true, false],
    ['withdrawn', 'helper', true, false],
    ['withdrawn', 'blocked', true, false],
    ['withdrawn', 'not_shared', true, false],
    ['withdrawn', 'out_of_reach', false, true],
    ['withdrawn', 'out_of_reach', true, true],
  ])(
    'whose alert is %s (%s) is told again: opened again %s → %s',
    (status, because, again, told) => {
      const [one] = candidates(1);
      const ledger = [row(one, status, because)];
      const { alertAgain } = nearestMembers({ candidates: [one], ledger, again });
      expect(alertAgain).toEqual(told ? [one] : []);
    },
  );
});
