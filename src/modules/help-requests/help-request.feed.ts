import type { Document } from 'mongodb';
import type { PipelineStage, Types } from 'mongoose';
import { invalidField } from '../../common/errors/domain-error';
import { distanceExpression, insideArea, searchArea } from '../../common/geo/nearby';
import { defaultSort, NEAREST, searchOrder } from '../../common/geo/search-order';
import { behindCursor, sortBy, type SortOrder } from '../../common/http/pagination';
import type { ListHelpRequestsQuery } from './dto/list-help-requests.query';
import { type HelpRequestStatus, LIVE_STATUSES } from './help-request.transitions';

const LATEST: SortOrder = { name: 'newest', field: 'createdAt', direction: -1, kind: 'date' };

/**
 * By what a list is sorted: around a place the nearest first, else the newest.
 *
 * @throws DomainError VALIDATION_FAILED for a distance, or half a place.
 */
export function feedOrder(query: ListHelpRequestsQuery): SortOrder {
  const area = searchArea(query);
  const sort = query.sort ?? defaultSort({ area });
  return sort === 'newest' ? LATEST : searchOrder(sort, { area });
}

export interface FeedViewer {
  id: Types.ObjectId;
  /** Whom the viewer blocked, and who blocked the viewer. */
  blocked: Types.ObjectId[];
}

/**
 * The pipeline of a list of help requests. Filter, sort and distance use the coarse cell alone: whoever moves a search about
 * learns no more than the cell, which they are shown anyhow.
 *
 * @throws DomainError VALIDATION_FAILED for a distance without a place or a budget without a currency, INVALID_CURSOR.
 */
export function feedPipeline(
  query: ListHelpRequestsQuery,
  viewer: FeedViewer,
  now: Date,
): PipelineStage[] {
  const area = searchArea(query);
  const order = feedOrder(query);
  const behind = behindCursor(order, query.cursor);
  const filters: Document[] = [
    whoseFilter(query, viewer),
    ...statusFilter(query, now),
    ...(query.category ? [{ category: query.category }] : []),
    ...(query.priority ? [{ priority: query.priority }] : []),
    ...budgetFilter(query),
    ...(area ? [{ cell: insideArea(area) }] : []),
    // Of the newest the index knows what is behind the cursor; distances are there once they are computed.
    ...(order === LATEST ? [behind] : []),
  ];
  return [
    { $match: { $and: filters } },
    ...(area ? [{ $set: { distanceMeters: distanceExpression(area.place, 'cell') } }] : []),
    ...(area && !query.mine
      ? [{ $match: { $expr: { $lte: ['$distanceMeters', '$radiusMeters'] } } }]
      : []),
    ...(order === NEAREST ? [{ $match: behind }] : []),
    { $sort: sortBy(order) },
    { $limit: query.limit + 1 },
  ];
}

function whoseFilter(
  { mine, status }: ListHelpRequestsQuery,
  { id, blocked }: FeedViewer,
): Document {
  if (mine) return { requester: id, removedAt: null };
  const visible = { removedAt: null, ownerHidden: false, requester: { $nin: blocked } };
  // What has ended is between those two.
  const ended = status !== undefined && !LIVE_STATUSES.includes(status);
  return ended ? { ...visible, $or: [{ requester: id }, { chosenHelper: id }] } : visible;
}

/** Open is what can still be accepted: one whose time has passed counts as expired before it is swept. */
function statusFilter({ mine, status }: ListHelpRequestsQuery, now: Date): Document[] {
  const wanted: HelpRequestStatus | undefined = status ?? (mine ? undefined : 'open');
  if (wanted === undefined) return [];
  if (wanted === 'open') return [{ status: 'open', expiresAt: { $gt: now } }];
  if (wanted !== 'expired') return [{ status: wanted }];
  return [{ $or: [{ status: 'expired' }, { status: 'open', expiresAt: { $lte: now } }] }];
}

function budgetFilter({ minBudget, maxBudget, currency }: ListHelpRequestsQuery): Document[] {
  if (currency === undefined) {
    if (minBudget === undefined && maxBudget === undefined) return [];
    throw invalidField('currency', 'minBudget and maxBudget need currency');
  }
  if (minBudget !== undefined && maxBudget !== undefined && minBudget > maxBudget) {
    throw invalidField('maxBudget', 'maxBudget must not be less than minBudget');
  }
  return [
    { 'budget.currency': currency },
    ...(minBudget === undefined ? [] : [{ 'budget.amountMinor': { $gte: minBudget } }]),
    ...(maxBudget === undefined ? [] : [{ 'budget.amountMinor': { $lte: maxBudget } }]),
  ];
}
