import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, Length, Matches } from 'class-validator';

export const MOST_TAGS = 10;
export const LONGEST_TAG = 30;

/** Letters and digits of any script, with spaces and the usual joiners between them. */
const TAG = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} +#&.'/-]*$/u;

/** One spelling for what is one tag: compatible characters, case and spaces do not tell two apart. */
export function normaliseTag(tag: string): string {
  return tag.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** At most ten tags of 1–30 characters, brought to one spelling; what is the same then is there once. */
export function IsTags(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value) ? [...new Set(value.map(normalised))] : value,
    ),
    IsArray(),
    ArrayMaxSize(MOST_TAGS),
    Length(1, LONGEST_TAG, { each: true }),
    Matches(TAG, {
      each: true,
      message: "each value in $property must be made of letters, digits, spaces and + # & . ' / -",
    }),
  );
}

function normalised(tag: unknown): unknown {
  return typeof tag === 'string' ? normaliseTag(tag) : tag;
}
