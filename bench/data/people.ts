import { ObjectId } from 'mongodb';
import { inCity, inVillage, numbers, type Place } from './places';

/** Everybody has an id that each process of the bench can work out. */
export type Kind = 'helper' | 'requester' | 'villager' | 'village-requester';

const PREFIX: Record<Kind, string> = {
  helper: '65a0000000000001',
  requester: '65a0000000000002',
  villager: '65a0000000000003',
  'village-requester': '65a0000000000004',
};
const SESSION_PREFIX = '65a00000000001';

/** As many as an SOS alerts; they are connected while the delivery is measured. */
export const VILLAGERS = 50;

export function personId(kind: Kind, index: number): ObjectId {
  return new ObjectId(PREFIX[kind] + index.toString(16).padStart(8, '0'));
}

export function sessionId(kind: Kind, index: number): ObjectId {
  return new ObjectId(
    SESSION_PREFIX + PREFIX[kind].slice(-2) + index.toString(16).padStart(8, '0'),
  );
}

export function emailOf(kind: Kind, index: number): string {
  return `${kind}-${index}@bench.example.org`;
}

/** An account with every field that AllyNet's own registration and helper settings write. */
export function person(kind: Kind, index: number, now: Date) {
  const helper = kind === 'helper' || kind === 'villager';
  const next = numbers(index + (helper ? 1 : 500_000_000));
  const place = kind === 'helper' || kind === 'requester' ? inCity(next) : inVillage(next);
  return {
    _id: personId(kind, index),
    email: emailOf(kind, index),
    // Nobody logs in: the length of a bcrypt hash is all that matters.
    passwordHash: `$2b$10$${'bench.'.repeat(9)}`.slice(0, 60),
    displayName: `${helper ? 'Helper' : 'Person'} ${index}`,
    phone: `+4930${String(1_000_000 + index)}`,
    bio: null,
    avatarUrl: null,
    role: 'user',
    roleChangedAt: null,
    status: 'active',
    helper,
    verified: helper,
    available: helper,
    skills: helper ? ['first_aid'] : [],
    trustScore: helper ? Math.floor(next() * 1001) : 500,
    emergencyRadiusMeters: 5000,
    helperRadiusMeters: 5000,
    shareLocationWithContacts: true,
    contacts: [],
    blockedUsers: [],
    location: { type: 'Point', coordinates: [place.longitude, place.latitude] },
    locationAccuracyMeters: 12,
    // Some time in the last hour.
    locationUpdatedAt: new Date(now.getTime() - Math.floor(next() * 3_600_000)),
    createdAt: now,
    updatedAt: now,
    __v: 0,
  };
}

/** The log-in that a person's access token names. */
export function session(kind: Kind, index: number, now: Date) {
  return {
    _id: sessionId(kind, index),
    user: personId(kind, index),
    currentHash: 'x'.repeat(43),
    previousHash: null,
    userAgent: 'AllyNet bench',
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + 86_400_000),
    revokedAt: null,
    __v: 0,
  };
}

/** The body of the SOS with this number: the same whichever server it goes to. */
export function sosBody(number: number): { type: string; location: Place & object } {
  const place = inCity(numbers(number + 1_000_000_000));
  return { type: 'medical', location: { ...place, accuracyMeters: 12 } as Place };
}

/** The same for the spot of the delivery. */
export function villageSosBody(number: number): { type: string; location: Place & object } {
  const place = inVillage(numbers(number + 2_000_000_000));
  return { type: 'medical', location: { ...place, accuracyMeters: 12 } as Place };
}
