import { coarseCell } from '../../common/geo/coarse-cell';
import { toPlace } from '../../common/geo/geo';
import type { ContactView } from './dto/contact.view';
import type { LocationView } from './dto/location.view';
import type { PublicProfile } from './dto/public-profile.view';
import type { UserView } from './dto/user.view';
import type { EmergencyContact, User } from './schemas/user.schema';

/** An account as its owner sees it. Built field by field, so that a new secret in the schema stays in the schema. */
export function toUserView(user: User): UserView {
  return {
    id: user._id.toHexString(),
    email: user.email ?? null,
    // Absent from accounts that are older than the field.
    emailVerified: user.emailVerified ?? false,
    displayName: user.displayName,
    phone: user.phone,
    bio: user.bio,
    avatarUrl: user.avatarUrl,
    role: user.role,
    helper: user.helper,
    verified: user.verified,
    available: user.available,
    skills: user.skills,
    trustScore: user.trustScore,
    status: user.status,
    emergencyRadiusMeters: user.emergencyRadiusMeters,
    helperRadiusMeters: user.helperRadiusMeters,
    shareLocationWithContacts: user.shareLocationWithContacts,
    location: toLocationView(user),
    createdAt: user.createdAt.toISOString(),
  };
}

/** Width of the circle that a coarse cell stands for, in metres: half the diagonal of its 500 m square. */
const COARSE_ACCURACY_METERS = 354;

/**
 * An account as moderators and admins see it: the neighbourhood tells whether a helper can be verified; where exactly
 * everybody is now is not theirs to know.
 */
export function toStaffView(user: User): UserView {
  const view = toUserView(user);
  if (!view.location) return view;
  const { updatedAt, ...place } = view.location;
  const location = { ...coarseCell(place), accuracyMeters: COARSE_ACCURACY_METERS, updatedAt };
  return { ...view, location };
}

/** An account as every logged-in user may see it. */
export function toPublicProfile(user: User): PublicProfile {
  return {
    id: user._id.toHexString(),
    displayName: user.displayName,
    bio: user.bio,
    avatarUrl: user.avatarUrl,
    trustScore: user.trustScore,
    verified: user.verified,
  };
}

export function toContactView({ _id, name, email, phone }: EmergencyContact): ContactView {
  return { id: _id.toHexString(), name, email, phone };
}

function toLocationView(user: User): LocationView | null {
  const { location, locationUpdatedAt, locationAccuracyMeters } = user;
  if (!location || !locationUpdatedAt) return null;
  return {
    ...toPlace(location),
    accuracyMeters: locationAccuracyMeters ?? null,
    updatedAt: locationUpdatedAt.toISOString(),
  };
}
