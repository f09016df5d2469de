import { Types } from 'mongoose';
import { coarseCell } from '../../common/geo/coarse-cell';
import { toGeoPoint } from '../../common/geo/geo';
import { noAlerts } from './alerts/alert-queries';
import type { Viewer, ViewerRole } from './emergency.access';
import { newEmergency } from './emergency.factory';
import { alertRowView, emergencyView, type People } from './emergency.view';
import type { Alert, AlertStatus } from './schemas/alert.schema';
import type { Emergency } from './schemas/emergency.schema';

const EXACT = { latitude: 51.339712, longitude: 12.373145 };
const NAME = 'Canary Name';
const PHONE = '+491110000001';
const TEXT = 'canary description';
const requester = new Types.ObjectId();
const helper = new Types.ObjectId();
const NOW = new Date('2026-11-22T10:15:30.000Z');

const people: People = new Map([
  [requester.toHexString(), { displayName: NAME, phone: PHONE, trustScore: 500 }],
  [helper.toHexString(), { displayName: 'Helper Name', phone: '+492220000002', trustScore: 640 }],
]);

function emergency(anonymous: boolean, ended: boolean): Emergency {
  const fresh = newEmergency({
    requester,
    sos: { type: 'medical', description: TEXT, anonymous },
    requestHash: '',
    location: { point: toGeoPoint(EXACT), accuracyMeters: 7, source: 'device', updatedAt: NOW },
    radiusMeters: 5000,
    alerted: true,
    shared: false,
    now: NOW,
  });
  const response = {
    helper,
    status: 'on_way',
    etaSeconds: 60,
    respondedAt: NOW,
    arrivedAt: null,
    arrivedNearby: null,
    confirmedAt: null,
    leftSeq: null,
    leftBecause: null,
  } as const;
  return {
    ...fresh,
    responses: [response],
    ...(ended ? { status: 'resolved', live: false, endedAt: NOW, outcome: 'helped' } : {}),
  };
}

const alert = (status: AlertStatus): Alert => ({
  _id: new Types.ObjectId(),
  emergency: new Types.ObjectId(),
  helper,
  status,
  wave: 1,
  attempt: 1,
  rank: 1,
  distanceMeters: 800,
  cell: coarseCell(EXACT),
  declineReason: 'canary reason',
  withdrawnBecause: null,
  queuedAt: NOW,
  sentAt: null,
  deliveredAt: null,
  seenAt: null,
  answeredAt: null,
});

interface Row {
  viewer: ViewerRole;
  ended: boolean;
  anonymous: boolean;
  shows: { exact: boolean; coarse: boolean; name: boolean; phone: boolean; text: boolean };
}
const all = { exact: true, coarse: false, name: true, phone: true, text: true };
const nothing = { exact: false, coarse: false, name: false, phone: false, text: false };
const nameless = { name: false, phone: false };
/** Disclosure by stage (docs/design.md), as a table. */
const TABLE: Row[] = [
  { viewer: 'requester', ended: false, anonymous: false, shows: all },
  { viewer: 'requester', ended: true, anonymous: false, shows: all },
  { viewer: 'requester', ended: false, anonymous: true, shows: { ...all, ...nameless } },
  { viewer: 'moderator', ended: false, anonymous: false, shows: all },
  { viewer: 'moderator', ended: true, anonymous: true, shows: all },
  { viewer: 'moderator', ended: false, anonymous: true, shows: all },
  { viewer: 'responder', ended: false, anonymous: false, shows: all },
  { viewer: 'responder', ended: false, anonymous: true, shows: { ...all, ...nameless } },
  {
    viewer: 'responder',
    ended: true,
    anonymous: false,
    shows: { exact: false, coarse: true, name: true, phone: false, text: true },
  },
  {
    viewer: 'responder',
    ended: true,
    anonymous: true,
    shows: { exact: false, coarse: true, ...nameless, text: true },
  },
  { viewer: 'alerted', ended: false, anonymous: false, shows: { ...nothing, coarse: true } },
  { viewer: 'alerted', ended: false, anonymous: true, shows: { ...nothing, coarse: true } },
  { viewer: 'alerted', ended: true, anonymous: false, shows: nothing },
  { viewer: 'alerted', ended: true, anonymous: true, shows: nothing },
];

describe('What one person may see of an emergency', () => {
  it.each(TABLE)(
    'a $viewer sees of one (ended: $ended, anonymous: $anonymous) no more and no less than $shows',
    ({ viewer: role, ended, anonymous, shows }) => {
      const found = emergency(anonymous, ended);
      const viewer: Viewer = {
        role,
        alert: role === 'alerted' ? alert('seen') : null,
        response: role === 'responder' ? (found.responses[0] ?? null) : null,
      };
      const text = JSON.stringify(emergencyView(found, viewer, people, noAlerts()));
      const cell = coarseCell(EXACT);
      const seen = {
        exact: text.includes(String(EXACT.latitude)) || text.includes(String(EXACT.longitude)),
        coarse: text.includes(String(cell.latitude)) && text.includes(String(cell.longitude)),
        name: text.includes(NAME) || text.includes(requester.toHexString()),
        phone: text.includes(PHONE),
        text: text.includes(TEXT),
      };
      expect(seen).toEqual(shows);
    },
  );

  it('has counts of the ledger for the requester and moderators alone', () => {
    const roles: ViewerRole[] = ['requester', 'moderator', 'responder', 'alerted'];
    const counted = roles.filter((role) => {
      const viewer: Viewer = { role, alert: alert('seen'), response: null };
      return (
        emergencyView(emergency(false, false), viewer, people, noAlerts()).alertCounts !== null
      );
    });
    expect(counted).toEqual(['requester', 'moderator']);
  });

  it('never has the phone of a helper', () => {
    const viewer: Viewer = { role: 'requester', alert: null, response: null };
    const view = emergencyView(emergency(false, false), viewer, people, noAlerts());
    expect(JSON.stringify(view)).not.toContain('+492220000002');
    expect(view.responses[0]?.helper).toEqual({
      id: helper.toHexString(),
      displayName: 'Helper Name',
      trustScore: 640,
    });
  });

  it('has for who was alerted the distance that was frozen then', () => {
    const viewer: Viewer = { role: 'alerted', alert: alert('seen'), response: null };
    expect(emergencyView(emergency(false, false), viewer, people, null)).toMatchObject({
      distanceMeters: 800,
      responses: [],
      viewer: { role: 'helper', alertStatus: 'seen', responseStatus: null },
    });
  });
});

describe('A row of the ledger', () => {
  it.each<AlertStatus>(['queued', 'sent', 'delivered', 'seen', 'declined', 'withdrawn', 'expired'])(
    'that is %s does not name its helper',
    (status) => {
      const text = JSON.stringify(alertRowView(alert(status), people));
      expect(text).not.toContain('Helper Name');
      expect(text).not.toContain(helper.toHexString());
      expect(text).not.toContain('canary reason');
    },
  );

  it('that is accepted names its helper', () => {
    expect(alertRowView(alert('accepted'), people).helper?.displayName).toBe('Helper Name');
  });
});
