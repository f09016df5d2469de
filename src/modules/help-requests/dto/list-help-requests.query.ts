import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { NearbyQuery } from '../../../common/geo/nearby';
import { IsAmountMinor, IsCurrency, MOST_MINOR_UNITS } from '../../../common/money/money.dto';
import { IsFlag } from '../../../common/validation/is-flag.decorator';
import { QueryNumber } from '../../../common/validation/query-number.decorator';
import { HELP_REQUEST_STATUSES, type HelpRequestStatus } from '../help-request.transitions';
import {
  HELP_CATEGORIES,
  HELP_PRIORITIES,
  type HelpCategory,
  type HelpPriority,
} from '../schemas/help-request.schema';

export const HELP_SORTS = ['newest', 'distance'] as const;
export type HelpSort = (typeof HELP_SORTS)[number];

export class ListHelpRequestsQuery extends NearbyQuery {
  @ApiPropertyOptional({
    enum: HELP_SORTS,
    description:
      '`distance`, the nearest first, needs `latitude` and `longitude`. Default: `distance` with a place, else `newest`.',
  })
  @IsOptional()
  @IsIn(HELP_SORTS)
  sort?: HelpSort;

  @ApiPropertyOptional({ enum: HELP_CATEGORIES })
  @IsOptional()
  @IsIn(HELP_CATEGORIES)
  category?: HelpCategory;

  @ApiPropertyOptional({ enum: HELP_PRIORITIES })
  @IsOptional()
  @IsIn(HELP_PRIORITIES)
  priority?: HelpPriority;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: MOST_MINOR_UNITS,
    example: 1000,
    description: 'Minor units; needs `currency`. Requests without a budget are not found by it.',
  })
  @IsOptional()
  @QueryNumber()
  @IsAmountMinor()
  minBudget?: number;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: MOST_MINOR_UNITS,
    example: 5000,
    description: 'Minor units; needs `currency`.',
  })
  @IsOptional()
  @QueryNumber()
  @IsAmountMinor()
  maxBudget?: number;

  @ApiPropertyOptional({
    example: 'EUR',
    description: 'ISO 4217: requests with a budget in this one.',
  })
  @IsOptional()
  @IsCurrency()
  currency?: string;

  @ApiPropertyOptional({
    enum: HELP_REQUEST_STATUSES,
    description:
      'Default: `open`; with `mine` all. Of what has ended, only what you asked for or helped with.',
  })
  @IsOptional()
  @IsIn(HELP_REQUEST_STATUSES)
  status?: HelpRequestStatus;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Only what you asked for.' })
  @IsOptional()
  @IsFlag()
  mine?: boolean;
}
