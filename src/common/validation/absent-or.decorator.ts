import { ValidateIf } from 'class-validator';

/**
 * A field that may be left out but not be null. `@IsOptional()` lets both through, so a PATCH could write null where a
 * value is promised.
 */
export const AbsentOr = (): PropertyDecorator =>
  ValidateIf((_: unknown, value: unknown) => value !== undefined);
