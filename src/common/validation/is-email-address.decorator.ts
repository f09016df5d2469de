import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, Matches, MaxLength } from 'class-validator';

/**
 * Threat: addresses are compared by a collation that passes over soft hyphens and takes circled letters for plain ones, so
 * one account would have as many spellings, and as many budgets for guessing its password, as an attacker likes.
 */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** An e-mail address, brought to the form in which it is stored and compared: lower case, no spaces around it. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim().toLowerCase() : value,
    ),
    IsEmail(),
    Matches(VISIBLE_ASCII, { message: '$property must be written in ASCII' }),
    MaxLength(254),
  );
}
