import { Types } from 'mongoose';
import { toGeoPoint } from '../../common/geo/geo';
import { organizationView } from './organization.view';
import type { Membership } from './schemas/membership.schema';
import type { Organization } from './schemas/organization.schema';

const at = new Date('2026-11-22T13:16:19.361Z');
const organization: Organization = {
  _id: new Types.ObjectId(),
  name: 'Lindenhof 12',
  type: 'apartment',
  description: null,
  location: toGeoPoint({ latitude: 52.52, longitude: 13.405 }),
  joinPolicy: 'request',
  owner: new Types.ObjectId(),
  memberCount: 7,
  adminCount: 2,
  invitationsSent: 3,
  emergencySettings: { alert: 'members', radiusMeters: 2000 },
  hidden: false,
  createdAt: at,
  updatedAt: at,
};
const membership: Membership = {
  _id: new Types.ObjectId(),
  organization: organization._id,
  user: new Types.ObjectId(),
  role: 'member',
  approved: true,
  shareEmergencies: true,
  suspended: false,
  joinedAt: at,
  used: 4,
};

describe('What somebody sees of an organization', () => {
  it('who is no member: the profile, and not who or how many they are', () => {
    const view = organizationView(organization, { membership: null, joinRequested: true });
    expect(view).toMatchObject({
      name: 'Lindenhof 12',
      location: { latitude: 52.52, longitude: 13.405 },
      joinRequested: true,
      membership: null,
      inside: null,
    });
    expect(JSON.stringify(view)).not.toContain(organization.owner.toHexString());
  });

  it('a member: what they are, and what is inside', () => {
    const view = organizationView(organization, { membership, joinRequested: false });
    expect(view.membership).toEqual({
      role: 'member',
      approved: true,
      shareEmergencies: true,
      joinedAt: at.toISOString(),
    });
    expect(view.inside).toEqual({
      ownerId: organization.owner.toHexString(),
      memberCount: 7,
      tier: 'free',
      capacity: 25,
      emergencySettings: { alert: 'members', radiusMeters: 2000 },
    });
  });
});
