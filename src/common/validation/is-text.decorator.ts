import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Length, Matches } from 'class-validator';

// Text may break lines, but holds no other control characters: a NUL ends a string early in what reads it later.
// oxlint-disable-next-line no-control-regex
const WITHOUT_CONTROL_CHARACTERS = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;

/** Text of `min` to `max` characters once the spaces around it are taken off, without control characters. */
export function IsText(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim() : value,
    ),
    Length(min, max),
    Matches(WITHOUT_CONTROL_CHARACTERS, {
      message: '$property must not contain control characters',
    }),
  );
}
