import { Transform } from 'class-transformer';

/**
 * A number of the query, which arrives as text. Empty text is none: a form that is sent with an empty field does not ask for
 * what costs nothing, or for what is near the place where both degrees are zero.
 */
export const QueryNumber = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN,
  );
