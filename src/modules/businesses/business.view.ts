import type { Types } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import { isOpenAt } from '../../common/time/weekly-hours';
import { displayNameIn } from '../users/display-name';
import type { BusinessDto, BusinessPersonView, ViewerRole } from './dto/business.view.dto';
import type { PromotionView } from './dto/promotion.view.dto';
import type { Shown } from './promotions/promotion-counts';
import { isShown, type LookedAtFrom, promotionState } from './promotions/promotion.rules';
import type { Business, OpeningHours } from './schemas/business.schema';
import type { Promotion } from './schemas/promotion.schema';

export interface BusinessContext {
  role: ViewerRole;
  now: Date;
  from: LookedAtFrom;
  /** By hexadecimal id. */
  people: ReadonlyMap<string, { displayName: string }>;
  /** By hexadecimal id of the promotion; empty for visitors. */
  counts: ReadonlyMap<string, Shown>;
}

/** People who are named in the view of a business. */
export function peopleIn({ owner, managers }: Business, role: ViewerRole): Types.ObjectId[] {
  return role === 'visitor' ? [owner] : [owner, ...managers];
}

/** The promotions that somebody is shown, boosted ones first. */
export function promotionsFor(
  { promotions }: Business,
  { role, now, from }: Pick<BusinessContext, 'role' | 'now' | 'from'>,
): Promotion[] {
  const shown =
    role === 'visitor' ? promotions.filter((one) => isShown(one, from, now)) : promotions;
  return shown.toSorted((a, b) => Number(isBoosted(b)) - Number(isBoosted(a)));
}

function isBoosted({ boostedAt }: Promotion): boolean {
  // Those from before there were boosts have no such field.
  return Boolean(boostedAt);
}

/** A business as the viewer may see it. */
export function businessView(business: Business, context: BusinessContext): BusinessDto {
  const { role, now, from, people } = context;
  const { openingHours } = business;
  const person = (id: Types.ObjectId): BusinessPersonView => ({
    id: id.toHexString(),
    displayName: displayNameIn(people, id),
  });
  return {
    id: business._id.toHexString(),
    name: business.name,
    category: business.category,
    description: business.description,
    contact: {
      phone: business.contact.phone,
      email: business.contact.email,
      website: business.contact.website,
    },
    location: toPlace(business.location),
    distanceMeters: typeof from === 'number' ? from : null,
    openingHours: openingHours && hoursView(openingHours),
    openNow: openingHours && isOpenAt(openingHours, now, openingHours.exceptions),
    verified: business.verified,
    revision: business.revision,
    owner: person(business.owner),
    managers: role === 'visitor' ? null : business.managers.map(person),
    promotions: promotionsFor(business, context).map((one) => promotionView(one, context)),
    viewerRole: role,
    createdAt: business.createdAt.toISOString(),
    updatedAt: business.updatedAt.toISOString(),
    removedAt: business.removedAt?.toISOString() ?? null,
  };
}

function hoursView({ timeZone, slots, exceptions }: OpeningHours): BusinessDto['openingHours'] {
  return {
    timeZone,
    slots: slots.map(({ day, from, to }) => ({ day, from, to })),
    exceptions: exceptions.map(({ date, slots: hours }) => ({
      date,
      slots: hours.map(({ from, to }) => ({ from, to })),
    })),
  };
}

function promotionView(
  promotion: Promotion,
  { role, now, counts }: Pick<BusinessContext, 'role' | 'now' | 'counts'>,
): PromotionView {
  const id = promotion._id.toHexString();
  const { views, clicks } = counts.get(id) ?? { views: 0, clicks: 0 };
  const counted = role !== 'visitor';
  return {
    id,
    title: promotion.title,
    description: promotion.description,
    discount: promotion.discount && {
      percent: promotion.discount.percent,
      amount: promotion.discount.amount,
    },
    startsAt: promotion.startsAt.toISOString(),
    endsAt: promotion.endsAt.toISOString(),
    audienceRadiusMeters: promotion.audienceRadiusMeters,
    state: promotionState(promotion, now),
    boosted: isBoosted(promotion),
    views: counted ? views : null,
    clicks: counted ? clicks : null,
  };
}
