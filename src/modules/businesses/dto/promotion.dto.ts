import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { MoneyDto } from '../../../common/money/money.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsMoment } from '../../../common/validation/is-moment.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';

const TITLE_MAX = 100;
const DESCRIPTION_MAX = 1000;
const SMALLEST_AUDIENCE_METERS = 100;
const LARGEST_AUDIENCE_METERS = 50_000;

/** What is taken off: exactly one of the two. */
export class DiscountDto {
  @ApiPropertyOptional({ example: 20, minimum: 1, maximum: 100, description: 'Per cent.' })
  @AbsentOr()
  @IsInt()
  @Min(1)
  @Max(100)
  percent?: number;

  @ApiPropertyOptional({ type: MoneyDto })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyDto)
  amount?: MoneyDto;
}

const audience = {
  type: Number,
  nullable: true,
  example: 2000,
  minimum: SMALLEST_AUDIENCE_METERS,
  maximum: LARGEST_AUDIENCE_METERS,
  description:
    'Metres: in lists it is shown to those alone who search from within so far of the business. Null or left out: to ' +
    'everybody.',
};

export class CreatePromotionDto {
  @ApiPropertyOptional({
    example: '2026-12-01T08:00:00Z',
    description: 'At most a year ahead. Left out or past: now.',
  })
  @AbsentOr()
  @IsMoment()
  startsAt?: string;

  @ApiProperty({
    example: '2026-12-08T18:00:00Z',
    description: 'Not included; in the future, and at most 366 days after the start.',
  })
  @IsMoment()
  endsAt: string;

  @ApiProperty({ example: 'Two loaves for one', minLength: 1, maxLength: TITLE_MAX })
  @IsText(1, TITLE_MAX)
  title: string;

  @ApiProperty({
    example: 'All week, after 16:00.',
    minLength: 1,
    maxLength: DESCRIPTION_MAX,
  })
  @IsText(1, DESCRIPTION_MAX)
  description: string;

  @ApiPropertyOptional({ type: DiscountDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DiscountDto)
  discount?: DiscountDto | null;

  @ApiPropertyOptional(audience)
  @IsOptional()
  @IsInt()
  @Min(SMALLEST_AUDIENCE_METERS)
  @Max(LARGEST_AUDIENCE_METERS)
  audienceRadiusMeters?: number | null;
}

/** What is left out stays as it is. */
export class UpdatePromotionDto {
  @ApiPropertyOptional({
    example: '2026-12-02T08:00:00Z',
    description: 'As for a new one; one that runs goes on running unless this is in the future.',
  })
  @AbsentOr()
  @IsMoment()
  startsAt?: string;

  @ApiPropertyOptional({ example: '2026-12-09T18:00:00Z', description: 'As for a new one.' })
  @AbsentOr()
  @IsMoment()
  endsAt?: string;

  @ApiPropertyOptional({ example: 'Three loaves for two', minLength: 1, maxLength: TITLE_MAX })
  @AbsentOr()
  @IsText(1, TITLE_MAX)
  title?: string;

  @ApiPropertyOptional({ example: 'All day.', minLength: 1, maxLength: DESCRIPTION_MAX })
  @AbsentOr()
  @IsText(1, DESCRIPTION_MAX)
  description?: string;

  @ApiPropertyOptional({ type: DiscountDto, nullable: true, description: 'Null takes it away.' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DiscountDto)
  discount?: DiscountDto | null;

  @ApiPropertyOptional(audience)
  @IsOptional()
  @IsInt()
  @Min(SMALLEST_AUDIENCE_METERS)
  @Max(LARGEST_AUDIENCE_METERS)
  audienceRadiusMeters?: number | null;
}
