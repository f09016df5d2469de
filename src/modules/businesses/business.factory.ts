import { Types } from 'mongoose';
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_TIER } from '../../common/entitlements/tiers';
import { toGeoPoint } from '../../common/geo/geo';
import type { BusinessContactDto, OpeningHoursDto } from './dto/business-fields.dto';
import type { CreateBusinessDto } from './dto/create-business.dto';
import type { UpdateBusinessDto } from './dto/update-business.dto';
import type { Business, Contact, OpeningHours } from './schemas/business.schema';

type Fields = Pick<
  Business,
  'name' | 'category' | 'description' | 'contact' | 'location' | 'openingHours'
>;

export function newBusiness(owner: Types.ObjectId, sent: CreateBusinessDto, now: Date): Business {
  return {
    _id: new Types.ObjectId(),
    owner,
    managers: [],
    name: sent.name,
    category: sent.category,
    description: sent.description,
    contact: toContact(sent.contact ?? {}),
    location: toGeoPoint(sent.location),
    openingHours: sent.openingHours ? toHours(sent.openingHours) : null,
    verified: false,
    revision: 1,
    tier: DEFAULT_TIER,
    promotions: [],
    status: 'active',
    ownerHidden: false,
    seq: 1,
    createdAt: now,
    updatedAt: now,
    removedAt: null,
  };
}

/** What a change makes different; what was left out, or is sent as it is, is not among it. */
export function changedFields(before: Fields, sent: UpdateBusinessDto): Partial<Fields> {
  const fields = Object.entries(fieldsOf(sent)).filter(
    ([name, value]) => !isDeepStrictEqual(value, before[name as keyof Fields]),
  );
  return Object.fromEntries(fields) as Partial<Fields>;
}

function fieldsOf(sent: UpdateBusinessDto): Partial<Fields> {
  const { name, category, description, contact, location, openingHours } = sent;
  return {
    ...(name === undefined ? {} : { name }),
    ...(category === undefined ? {} : { category }),
    ...(description === undefined ? {} : { description }),
    ...(contact === undefined ? {} : { contact: toContact(contact) }),
    ...(location === undefined ? {} : { location: toGeoPoint(location) }),
    ...(openingHours === undefined ? {} : { openingHours: openingHours && toHours(openingHours) }),
  };
}

/**
 * Whether a change touches what a verification vouches for. Threat: somebody has a flower shop verified, and then calls it
 * a bank, or moves it to another's door.
 */
export function changesIdentity(changed: Partial<Fields>): boolean {
  return ['name', 'category', 'location'].some((field) => field in changed);
}

function toContact({ phone, email, website }: BusinessContactDto): Contact {
  return { phone: phone ?? null, email: email ?? null, website: website ?? null };
}

function toHours({ timeZone, slots, exceptions = [] }: OpeningHoursDto): OpeningHours {
  return {
    timeZone,
    slots: slots.map(({ day, from, to }) => ({ day, from, to })),
    exceptions: exceptions.map(({ date, slots: hours }) => ({
      date,
      slots: hours.map(({ from, to }) => ({ from, to })),
    })),
  };
}
