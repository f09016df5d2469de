import { ObjectId } from 'mongodb';
import { inCity, inLand, inMetropolis, inVillage, near, numbers, type Place } from './places';

/** Everybody has an id that each process of the bench can work out. */
export type Kind = 'helper' | 'requester' | 'villager' | 'village-requester' | 'citizen';

const PREFIX: Record<Kind, string> = {
  helper: '65a0000000000001',
  requester: '65a0000000000002',
  villager: '65a0000000000003',
  'village-requester': '65a0000000000004',
  citizen: '65a0000000000005',
};
const SESSION_PREFIX = '65a00000000001';

/** As many as an SOS alerts; they are connected while the delivery is measured. */
export const VILLAGERS = 50;

export function personId(kind: Kind, index: number): ObjectId {
  return new ObjectId(PREFIX[kind] + index.toString(16).padStart(8, '0'));
}

/** The number within its id. */
export function personIndex(id: string): number {
  return Number.parseInt(id.slice(-8), 16);
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
  const helper = isHelper(kind);
  const next = seedOf(kind, index);
  const place = home(kind, index, next);
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
    // Wide enough that the radius of the search alone decides who is in reach.
    helperRadiusMeters: kind === 'citizen' ? 50_000 : 5000,
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

/** Where somebody is to begin with. */
export function placeOf(kind: Kind, index: number): Place {
  return home(kind, index, seedOf(kind, index));
}

/** Where the same person is a moment later, by the number of their report. */
export function placeAfter(kind: Kind, index: number, report: number): Place {
  return near(placeOf(kind, index), numbers(report + 1_500_000_000));
}

function isHelper(kind: Kind): boolean {
  return kind === 'helper' || kind === 'villager' || kind === 'citizen';
}

function seedOf(kind: Kind, index: number): () => number {
  return numbers(index + (isHelper(kind) ? 1 : 500_000_000));
}

function home(kind: Kind, index: number, next: () => number): Place {
  if (kind === 'citizen') return index % 10 === 0 ? inLand(next) : inMetropolis(next);
  return kind === 'helper' || kind === 'requester' ? inCity(next) : inVillage(next);
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
