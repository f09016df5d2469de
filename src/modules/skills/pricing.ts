import { invalidField } from '../../common/errors/domain-error';
import { HOUR } from '../../common/time/clock';
import type { BookingPrice } from './bookings/schemas/booking.schema';
import type { PricingDto } from './dto/pricing.dto';
import type { Pricing } from './schemas/skill.schema';

/**
 * What a listing costs, as it is stored.
 *
 * @throws DomainError VALIDATION_FAILED where amount and currency do not go with the type.
 */
export function toPricing({ type, amountMinor, currency }: PricingDto): Pricing {
  const given = amountMinor !== undefined || currency !== undefined;
  if (type === 'free') {
    if (given) {
      throw invalidField('pricing', 'pricing of type free has neither amountMinor nor currency');
    }
    return { type, amountMinor: 0, currency: null };
  }
  if (type === 'negotiable' && !given) return { type, amountMinor: null, currency: null };
  if (amountMinor === undefined || currency === undefined) {
    throw invalidField('pricing', `pricing of type ${type} needs amountMinor and currency`);
  }
  return { type, amountMinor, currency };
}

/** What a listing costs, as it is shown: free has no amount. */
export function pricingView({ type, amountMinor, currency }: Pricing): Pricing {
  return type === 'free'
    ? { type, amountMinor: null, currency: null }
    : { type, amountMinor, currency };
}

/** What a booking of this length costs; from now on, whatever becomes of the listing. */
export function frozenPrice(pricing: Pricing, startsAt: Date, endsAt: Date): BookingPrice {
  return { ...pricingView(pricing), totalMinor: total(pricing, startsAt, endsAt) };
}

function total({ type, amountMinor }: Pricing, startsAt: Date, endsAt: Date): number | null {
  if (type === 'free') return 0;
  if (type === 'fixed') return amountMinor;
  if (type === 'negotiable' || amountMinor === null) return null;
  return Math.round((amountMinor * (endsAt.getTime() - startsAt.getTime())) / HOUR);
}
