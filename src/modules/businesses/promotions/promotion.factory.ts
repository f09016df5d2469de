import { Types } from 'mongoose';
import { invalidField } from '../../../common/errors/domain-error';
import type { CreatePromotionDto, DiscountDto, UpdatePromotionDto } from '../dto/promotion.dto';
import type { Discount, Promotion } from '../schemas/promotion.schema';
import { LATEST_START_MS, LONGEST_PROMOTION_MS, type Period } from './promotion.rules';

/** @throws DomainError VALIDATION_FAILED for a period or a discount that is none. */
export function newPromotion(sent: CreatePromotionDto, now: Date): Promotion {
  const { title, description, discount, startsAt, endsAt, audienceRadiusMeters } = sent;
  return {
    _id: new Types.ObjectId(),
    title,
    description,
    discount: discount ? toDiscount(discount) : null,
    ...checked({ startsAt: notBefore(now, startsAt), endsAt: new Date(endsAt) }, now),
    audienceRadiusMeters: audienceRadiusMeters ?? null,
    createdAt: now,
    removedAt: null,
    boostedBy: null,
    boostedAt: null,
  };
}

/** @throws DomainError VALIDATION_FAILED for a period or a discount that is none. */
export function changedPromotion(
  before: Promotion,
  { title, description, discount, startsAt, endsAt, audienceRadiusMeters }: UpdatePromotionDto,
  now: Date,
): Promotion {
  // One that runs goes on running; it cannot have begun later than it did.
  const earliest = before.startsAt < now ? before.startsAt : now;
  const period = {
    startsAt: startsAt === undefined ? before.startsAt : notBefore(now, startsAt, earliest),
    endsAt: endsAt === undefined ? before.endsAt : new Date(endsAt),
  };
  return {
    ...before,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(discount === undefined ? {} : { discount: discount && toDiscount(discount) }),
    ...(audienceRadiusMeters === undefined ? {} : { audienceRadiusMeters }),
    ...checked(period, now),
  };
}

/** A start that is past, or not said, is `instead`. */
function notBefore(now: Date, sent: string | undefined, instead: Date = now): Date {
  const startsAt = sent === undefined ? now : new Date(sent);
  return startsAt > now ? startsAt : instead;
}

function checked({ startsAt, endsAt }: Period, now: Date): Period {
  if (startsAt.getTime() - now.getTime() > LATEST_START_MS) {
    throw invalidField('startsAt', 'startsAt must be within a year from now');
  }
  if (endsAt <= now) throw invalidField('endsAt', 'endsAt must be in the future');
  if (endsAt <= startsAt) throw invalidField('endsAt', 'endsAt must be after startsAt');
  if (endsAt.getTime() - startsAt.getTime() > LONGEST_PROMOTION_MS) {
    throw invalidField('endsAt', 'endsAt must be at most 366 days after startsAt');
  }
  return { startsAt, endsAt };
}

function toDiscount({ percent, amount }: DiscountDto): Discount {
  if (percent !== undefined && amount === undefined) return { percent, amount: null };
  if (percent === undefined && amount !== undefined) {
    const { amountMinor, currency } = amount;
    return { percent: null, amount: { amountMinor, currency } };
  }
  throw invalidField('discount', 'discount must be either percent or amount');
}
