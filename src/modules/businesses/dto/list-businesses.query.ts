import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { NearbyQuery } from '../../../common/geo/nearby';
import { IsFlag } from '../../../common/validation/is-flag.decorator';
import { IsMoment } from '../../../common/validation/is-moment.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { BUSINESS_CATEGORIES, type BusinessCategory } from '../schemas/business.schema';

export const BUSINESS_SORTS = ['distance', 'relevance', 'newest'] as const;
export type BusinessSort = (typeof BUSINESS_SORTS)[number];

export class ListBusinessesQuery extends NearbyQuery {
  @ApiPropertyOptional({
    example: 'bakery',
    minLength: 1,
    maxLength: 100,
    description:
      'Words of name and description, in whole and without regard to case; any one of them is enough, "a phrase" must stand so, ' +
      'and -word must not be there. A word in the name counts ten times one in the description.',
  })
  @IsOptional()
  @IsText(1, 100)
  q?: string;

  @ApiPropertyOptional({ enum: BUSINESS_CATEGORIES, example: 'restaurant' })
  @IsOptional()
  @IsIn(BUSINESS_CATEGORIES)
  category?: BusinessCategory;

  @ApiPropertyOptional({
    example: '2026-12-24T10:00:00Z',
    format: 'date-time',
    description:
      'Those that are open at this moment (ISO 8601 with a zone), each by its own clock.',
  })
  @IsOptional()
  @IsMoment()
  openAt?: string;

  @ApiPropertyOptional({
    example: true,
    description:
      'Those with a promotion that runs now and is shown to you: one with an audience radius only where you search with a place ' +
      'that lies within it. false is as if it were left out.',
  })
  @IsOptional()
  @IsFlag()
  withPromotions?: boolean;

  @ApiPropertyOptional({
    example: false,
    description: 'Those that a moderator verified, or those that nobody did.',
  })
  @IsOptional()
  @IsFlag()
  verified?: boolean;

  @ApiPropertyOptional({
    enum: BUSINESS_SORTS,
    example: 'newest',
    description:
      'distance needs latitude and longitude, relevance needs q. Default: distance with a place, else relevance with q, else ' +
      'newest.',
  })
  @IsOptional()
  @IsIn(BUSINESS_SORTS)
  sort?: BusinessSort;

  @ApiPropertyOptional({ example: true, description: 'Those that you own or manage.' })
  @IsOptional()
  @IsFlag()
  mine?: boolean;
}
