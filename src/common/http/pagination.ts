import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Types } from 'mongoose';
import { DomainError } from '../errors/domain-error';

/** `?limit` and `?cursor` of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, example: 20 })
  @IsOptional()
  @Type(() => Number)
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
  throw new DomainError(
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
