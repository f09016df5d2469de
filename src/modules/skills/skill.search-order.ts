import { invalidField } from '../../common/errors/domain-error';
import type { SearchArea } from '../../common/geo/nearby';
import type { SortOrder } from '../../common/http/pagination';
import type { SearchSkillsQuery, SkillSort } from './dto/search-skills.query';

/** Computed for a search, beside the fields of the listing. */
export const DISTANCE_FIELD = 'distanceMeters';
export const SCORE_FIELD = 'score';

/**
 * By what a search is sorted.
 *
 * @throws DomainError VALIDATION_FAILED where the sort needs something that was not sent.
 */
export function searchOrder(
  { q, sort, currency }: SearchSkillsQuery,
  area: SearchArea | null,
): SortOrder {
  switch (sort ?? defaultSort(q, area)) {
    case 'distance':
      if (!area) throw invalidField('sort', 'sort=distance needs latitude and longitude');
      return { name: 'distance', field: DISTANCE_FIELD, direction: 1, kind: 'number' };
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
    case 'relevance':
      if (q === undefined) throw invalidField('sort', 'sort=relevance needs q');
      return { name: 'relevance', field: SCORE_FIELD, direction: -1, kind: 'number' };
    case 'newest':
      return { name: 'newest', field: '_id', direction: -1, kind: 'id' };
  }
}

function defaultSort(q: string | undefined, area: SearchArea | null): SkillSort {
  if (q !== undefined) return 'relevance';
  return area ? 'distance' : 'newest';
}
