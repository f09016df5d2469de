import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { QueryNumber } from '../../../common/validation/query-number.decorator';
import { NearbyQuery } from '../../../common/geo/nearby';
import { IsCurrency } from '../../../common/money/money.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsFlag } from '../../../common/validation/is-flag.decorator';
import { IsMoment } from '../../../common/validation/is-moment.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { SKILL_CATEGORIES, type SkillCategory } from '../schemas/skill.schema';
import { HIGHEST_AMOUNT_MINOR } from './pricing.dto';

export const SKILL_SORTS = ['distance', 'rating', 'price', 'newest', 'relevance'] as const;
export type SkillSort = (typeof SKILL_SORTS)[number];

/** What somebody looks for. All filters hold at once. */
export class SearchSkillsQuery extends NearbyQuery {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 100,
    example: 'maths homework',
    description:
      'Words in title, tags and description; "a phrase" as it stands, -word without that word.',
  })
  @AbsentOr()
  @IsText(1, 100)
  q?: string;

  @ApiPropertyOptional({ enum: SKILL_CATEGORIES, example: 'tutoring' })
  @AbsentOr()
  @IsIn(SKILL_CATEGORIES)
  category?: SkillCategory;

  @ApiPropertyOptional({
    example: 'EUR',
    description:
      'ISO 4217: what has a price in this currency, and what is free. Needed by minPrice, maxPrice and sort=price.',
  })
  @AbsentOr()
  @IsCurrency()
  currency?: string;

  @ApiPropertyOptional({
    example: 1000,
    minimum: 0,
    maximum: HIGHEST_AMOUNT_MINOR,
    description: 'Minor units, whether for an hour or for all of it; free is 0.',
  })
  @AbsentOr()
  @QueryNumber()
  @IsInt()
  @Min(0)
  @Max(HIGHEST_AMOUNT_MINOR)
  minPrice?: number;

  @ApiPropertyOptional({
    example: 4000,
    minimum: 0,
    maximum: HIGHEST_AMOUNT_MINOR,
    description: 'Minor units, whether for an hour or for all of it.',
  })
  @AbsentOr()
  @QueryNumber()
  @IsInt()
  @Min(0)
  @Max(HIGHEST_AMOUNT_MINOR)
  maxPrice?: number;

  @ApiPropertyOptional({ example: 4, minimum: 1, maximum: 5, description: 'Average of reviews.' })
  @AbsentOr()
  @QueryNumber()
  @IsNumber()
  @Min(1)
  @Max(5)
  minRating?: number;

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2026-12-01T16:30:00Z',
    description:
      'ISO 8601: who is available at this moment by their own clock, and has no accepted booking then.',
  })
  @AbsentOr()
  @IsMoment()
  availableAt?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Only your own, paused ones among them, however far you come.',
  })
  @AbsentOr()
  @IsFlag()
  mine?: boolean;

  @ApiPropertyOptional({
    enum: SKILL_SORTS,
    example: 'rating',
    description:
      'distance needs latitude and longitude, price needs currency, relevance needs q. ' +
      'Default: relevance with q, else distance with a place, else newest.',
  })
  @AbsentOr()
  @IsIn(SKILL_SORTS)
  sort?: SkillSort;
}
