import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

const WITH_TIME_AND_ZONE =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A moment as text: a date of the calendar, a time, and `Z` or an offset, without which it would be another one elsewhere. */
export const IsMoment = (): PropertyDecorator =>
  applyDecorators(
    IsISO8601(
      { strict: true },
      { message: '$property must be a time in ISO 8601, such as 2026-12-24T10:00:00Z' },
    ),
    Matches(WITH_TIME_AND_ZONE, {
      message: '$property must have a date, a time and Z or an offset, as 2026-12-24T10:00:00Z has',
    }),
  );
