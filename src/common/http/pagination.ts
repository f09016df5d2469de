import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Document } from 'mongodb';
import { Types } from 'mongoose';
import { QueryNumber } from '../validation/query-number.decorator';
import { DomainError } from '../errors/domain-error';

/** `?limit` and `?cursor` of every list. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20, example: 20 })
  @IsOptional()
  @QueryNumber()
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before. Opaque.' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

type CursorValue = string | number;

/** A cursor is a position, not an offset: rows that come or go before it neither repeat nor hide others. */
export function encodeCursor(values: CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * @param kinds what each value must be, in order.
 * @throws DomainError INVALID_CURSOR
 */
export function decodeCursor(cursor: string, kinds: ('id' | 'number' | 'date')[]): CursorValue[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(values) && values.length === kinds.length) {
      if (values.every((value, index) => fits(value, kinds[index]))) return values as CursorValue[];
    }
  } catch {
    // falls through to the one answer for every broken cursor
  }
  throw notOurs();
}

/** How a list is sorted: by a field that no row lacks, and by `_id` where that is equal. */
export interface SortOrder {
  /** Stands in the cursor, so that one of another order is refused. */
  name: string;
  /** `_id` alone for the order in which rows were created. */
  field: string;
  direction: 1 | -1;
  kind: 'id' | 'number' | 'date';
}

/** In which rows were created, the latest first. */
export const NEWEST: SortOrder = { name: 'newest', field: '_id', direction: -1, kind: 'id' };

/** For `$sort`. */
export function sortBy({ field, direction }: SortOrder): Record<string, 1 | -1> {
  return field === '_id' ? { _id: direction } : { [field]: direction, _id: direction };
}

/**
 * The filter for what comes behind the cursor; everything without one.
 *
 * @throws DomainError INVALID_CURSOR, also for a cursor of another order.
 */
export function behindCursor(order: SortOrder, cursor: string | undefined): Document {
  if (cursor === undefined) return {};
  const [name = '', rest = ''] = splitOnce(cursor);
  if (name !== order.name) throw notOurs();
  const [value = 0, id = ''] = decodeCursor(rest, [order.kind, 'id']);
  const { field, direction } = order;
  const behind = direction === 1 ? '$gt' : '$lt';
  const last = new Types.ObjectId(String(id));
  if (field === '_id') return { _id: { [behind]: last } };
  const at = order.kind === 'date' ? new Date(value) : value;
  return { $or: [{ [field]: { [behind]: at } }, { [field]: at, _id: { [behind]: last } }] };
}

/** As `toPage`, for rows that were sorted by `sortBy` and filtered by `behindCursor`. */
export function toSortedPage<Row extends { _id: Types.ObjectId }, Item>(
  order: SortOrder,
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const { items, nextCursor } = toPage(
    rows,
    limit,
    (row) => [sortValue(row, order), row._id.toHexString()],
    toItem,
  );
  return { items, nextCursor: nextCursor && `${order.name}.${nextCursor}` };
}

function sortValue(row: object, { field }: SortOrder): CursorValue {
  const value: unknown = field.split('.').reduce((at, key) => (at as never)?.[key], row as unknown);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Types.ObjectId) return value.toHexString();
  if (typeof value === 'number') return value;
  throw new Error(`A list is sorted by ${field}, and a row has none.`);
}

function splitOnce(cursor: string): string[] {
  const dot = cursor.indexOf('.');
  return [cursor.slice(0, Math.max(dot, 0)), cursor.slice(dot + 1)];
}

function notOurs(): DomainError {
  return new DomainError(
    'INVALID_CURSOR',
    'This cursor is not one of ours. Start again without a cursor.',
  );
}

function fits(value: unknown, kind: 'id' | 'number' | 'date' | undefined): boolean {
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (kind === 'date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  return typeof value === 'string' && Types.ObjectId.isValid(value) && value.length === 24;
}

/**
 * Cuts the page out of rows that were read with `limit + 1`.
 *
 * @param position the cursor's values for a row.
 */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  position: (row: Row) => CursorValue[],
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null,
  };
}
