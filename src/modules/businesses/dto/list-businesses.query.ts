import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { NearbyQuery } from '../../../common/geo/nearby';
import { IsFlag } from '../../../common/validation/is-flag.decorator';
import { IsMoment } from '../../../common/validation/is-moment.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { BUSINESS_CATEGORIES, type BusinessCategory } from '../schemas/business.schema';

export class ListBusinessesQuery extends NearbyQuery {
  @ApiPropertyOptional({
    example: 'bakery',
    minLength: 1,
    maxLength: 100,
    description: 'Whole words of name and description; the name counts more.',
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
    description: 'Those with a promotion that runs now and is shown to you.',
  })
  @IsOptional()
  @IsFlag()
  withPromotions?: boolean;

  @ApiPropertyOptional({ example: true, description: 'Those that you own or manage.' })
  @IsOptional()
  @IsFlag()
  mine?: boolean;
}
