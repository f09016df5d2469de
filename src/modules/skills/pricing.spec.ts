import { DomainError } from '../../common/errors/domain-error';
import type { PricingDto } from './dto/pricing.dto';
import { frozenPrice, pricingView, toPricing } from './pricing';

const EUR = { amountMinor: 2500, currency: 'EUR' };
const at = (time: string): Date => new Date(`2026-12-01T${time}:00.000Z`);

describe('The pricing of a listing', () => {
  it.each<[PricingDto, object]>([
    [{ type: 'free' }, { type: 'free', amountMinor: null, currency: null }],
    [{ type: 'negotiable' }, { type: 'negotiable', amountMinor: null, currency: null }],
    [
      { type: 'negotiable', ...EUR },
      { type: 'negotiable', ...EUR },
    ],
    [
      { type: 'hourly', ...EUR },
      { type: 'hourly', ...EUR },
    ],
    [
      { type: 'fixed', ...EUR },
      { type: 'fixed', ...EUR },
    ],
  ])('%j is shown as %j', (given, shown) => {
    expect(pricingView(toPricing(given))).toEqual(shown);
  });

  it('counts free as the lowest price of every currency', () => {
    expect(toPricing({ type: 'free' })).toEqual({ type: 'free', amountMinor: 0, currency: null });
  });

  it.each<PricingDto>([
    { type: 'free', ...EUR },
    { type: 'free', amountMinor: 0 },
    { type: 'free', currency: 'EUR' },
    { type: 'hourly' },
    { type: 'hourly', amountMinor: 100 },
    { type: 'fixed', currency: 'EUR' },
    { type: 'negotiable', amountMinor: 100 },
    { type: 'negotiable', currency: 'EUR' },
  ])('%j is refused', (given) => {
    expect(() => toPricing(given)).toThrow(DomainError);
  });
});

describe('The price of a booking', () => {
  it.each<[PricingDto, string, number | null]>([
    [{ type: 'free' }, '11:00', 0],
    [{ type: 'negotiable' }, '11:00', null],
    [{ type: 'negotiable', ...EUR }, '11:00', null],
    [{ type: 'fixed', ...EUR }, '13:00', 2500],
    [{ type: 'hourly', ...EUR }, '11:00', 2500],
    [{ type: 'hourly', ...EUR }, '11:30', 3750],
    [{ type: 'hourly', amountMinor: 1, currency: 'JPY' }, '10:20', 0],
    [{ type: 'hourly', amountMinor: 1000, currency: 'EUR' }, '10:20', 333],
  ])('%j from 10:00 to %s is %p in all', (pricing, end, total) => {
    expect(frozenPrice(toPricing(pricing), at('10:00'), at(end)).totalMinor).toBe(total);
  });
});
