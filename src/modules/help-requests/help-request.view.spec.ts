import { Types } from 'mongoose';
import { coarseCell } from '../../common/geo/coarse-cell';
import { toGeoPoint } from '../../common/geo/geo';
import { HELP_VIEWER_ROLES, type HelpViewerRole } from './dto/help-request.view.dto';
import { HELP_REQUEST_STATUSES, type HelpRequestStatus } from './help-request.transitions';
import { helpRequestView } from './help-request.view';
import type { HelpRequest } from './schemas/help-request.schema';

const NOW = new Date('2026-11-22T10:00:00Z');
const DOOR = { latitude: 51.339712, longitude: 12.373123 };
const HELPER = new Types.ObjectId();

function request(status: HelpRequestStatus, fields: Partial<HelpRequest> = {}): HelpRequest {
  return {
    _id: new Types.ObjectId(),
    requester: new Types.ObjectId(),
    title: 'Carry a sofa',
    description: 'Third floor.',
    category: 'moving',
    priority: 'normal',
    budget: null,
    location: toGeoPoint(DOOR),
    cell: toGeoPoint(coarseCell(DOOR)),
    radiusMeters: 5000,
    neededBy: null,
    status,
    seq: 3,
    offerCount: 2,
    lastOfferAt: NOW,
    chosenOffer: new Types.ObjectId(),
    chosenHelper: HELPER,
    doneAt: NOW,
    completionDueAt: NOW,
    ratedBy: [],
    cancelReason: 'Not needed.',
    paidBy: null,
    paidAt: null,
    endedBy: null,
    createdAt: NOW,
    expiresAt: new Date('2026-11-29T10:00:00Z'),
    endedAt: null,
    removedAt: null,
    ownerHidden: false,
    ...fields,
  };
}

const view = (role: HelpViewerRole, status: HelpRequestStatus, fields?: Partial<HelpRequest>) =>
  helpRequestView(request(status, fields), { role, offer: null }, new Map(), NOW);

describe('A help request as somebody sees it', () => {
  const everyCase = HELP_VIEWER_ROLES.flatMap((role) =>
    HELP_REQUEST_STATUSES.map((status): [HelpViewerRole, HelpRequestStatus] => [role, status]),
  );

  it.each(everyCase)('has its door for the right people alone: %s, %s', (role, status) => {
    const underWay = status === 'accepted' || status === 'in_progress';
    const knows =
      role === 'requester' || role === 'moderator' || (role === 'chosen_helper' && underWay);
    const { location } = view(role, status);
    expect(location).toEqual(
      knows ? { ...DOOR, precision: 'exact' } : { ...coarseCell(DOOR), precision: 'coarse' },
    );
  });

  it.each(HELP_VIEWER_ROLES)('tells who helps to those whom it concerns alone: %s', (role) => {
    const shown = view(role, 'in_progress');
    const concerned = ['requester', 'chosen_helper', 'moderator'].includes(role);
    const { helper, chosenOfferId, doneAt, completionDueAt, cancelReason } = shown;
    for (const value of [helper, chosenOfferId, doneAt, completionDueAt, cancelReason]) {
      expect(value !== null).toBe(concerned);
    }
    expect(shown.offerCount).toBe(role === 'requester' || role === 'moderator' ? 2 : null);
    expect(JSON.stringify(shown).includes(HELPER.toHexString())).toBe(concerned);
  });

  it('is expired from the moment of its expiry on, swept or not', () => {
    expect(view('visitor', 'open', { expiresAt: NOW }).status).toBe('expired');
    expect(view('visitor', 'accepted', { expiresAt: NOW }).status).toBe('accepted');
  });

  it('of an erased account has no door for anybody, and no name', () => {
    const shown = view('moderator', 'cancelled', { location: null, description: null });
    expect(shown.location).toEqual({ ...coarseCell(DOOR), precision: 'coarse' });
    expect(shown.requester.displayName).toBe('Deleted account');
  });
});
