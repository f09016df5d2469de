import { invalidField } from '../../common/errors/domain-error';
import type { SearchArea } from '../../common/geo/nearby';
import { defaultSort, searchOrder } from '../../common/geo/search-order';
import type { SortOrder } from '../../common/http/pagination';
import type { SearchSkillsQuery } from './dto/search-skills.query';

/**
 * By what a search is sorted: as every search, or by rating or price.
 *
 * @throws DomainError VALIDATION_FAILED where the sort needs something that was not sent.
 */
export function skillOrder(
  { q, sort, currency }: SearchSkillsQuery,
  area: SearchArea | null,
): SortOrder {
  const searched = { area, words: q };
  const wanted = sort ?? defaultSort(searched);
  switch (wanted) {
    case 'rating':
      return { name: 'rating', field: 'rating', direction: -1, kind: 'number' };
    case 'price':
      if (!currency) throw invalidField('currency', 'sort=price needs currency');
      // Amounts of another currency are another order.
      return {
        name: `price-${currency}`,
        field: 'pricing.amountMinor',
        direction: 1,
        kind: 'number',
      };
    default:
      return searchOrder(wanted, searched);
  }
}
