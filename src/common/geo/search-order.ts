import { invalidField } from '../errors/domain-error';
import { NEWEST, type SortOrder } from '../http/pagination';
import type { SearchArea } from './nearby';

/** Nearest first, by a field that the search computes. */
export const NEAREST: SortOrder = {
  name: 'distance',
  field: 'distanceMeters',
  direction: 1,
  kind: 'number',
};
/**
 * The best match of words first, by a field that the search computes. The score of `$text` depends on words and document
 * alone, so a cursor by it stays right.
 */
export const BEST_MATCH: SortOrder = {
  name: 'relevance',
  field: 'score',
  direction: -1,
  kind: 'number',
};

export type SearchSort = 'distance' | 'relevance' | 'newest';

/** What a search was given to sort by. */
export interface Searched {
  area: SearchArea | null;
  words?: string | undefined;
}

/** @throws DomainError VALIDATION_FAILED where the sort needs something that was not sent. */
export function searchOrder(sort: SearchSort, { area, words }: Searched): SortOrder {
  switch (sort) {
    case 'distance':
      if (!area) throw invalidField('sort', 'sort=distance needs latitude and longitude');
      return NEAREST;
    case 'relevance':
      if (words === undefined) throw invalidField('sort', 'sort=relevance needs q');
      return BEST_MATCH;
    case 'newest':
      return NEWEST;
  }
}

/** Without a sort: the best match of the words; else nearest first around a place; else newest first. */
export function defaultSort({ area, words }: Searched): SearchSort {
  if (words !== undefined) return 'relevance';
  return area ? 'distance' : 'newest';
}
