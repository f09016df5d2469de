import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { PlaceDto } from '../../../common/geo/place.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsMoment } from '../../../common/validation/is-moment.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import {
  HELP_CATEGORIES,
  HELP_PRIORITIES,
  type HelpCategory,
  type HelpPriority,
} from '../schemas/help-request.schema';
import { PriceDto } from './price.dto';

/** What of an open request to change; what is left out stays. */
export class UpdateHelpRequestDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 120, example: 'Carry a sofa upstairs' })
  @AbsentOr()
  @IsText(1, 120)
  title?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 4000, example: 'Two seats, about 60 kg.' })
  @AbsentOr()
  @IsText(1, 4000)
  description?: string;

  @ApiPropertyOptional({ enum: HELP_CATEGORIES, example: 'moving' })
  @AbsentOr()
  @IsIn(HELP_CATEGORIES)
  category?: HelpCategory;

  @ApiPropertyOptional({ enum: HELP_PRIORITIES, example: 'high' })
  @AbsentOr()
  @IsIn(HELP_PRIORITIES)
  priority?: HelpPriority;

  @ApiPropertyOptional({ type: PriceDto, nullable: true, description: 'Null for none.' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PriceDto)
  budget?: PriceDto | null;

  @ApiPropertyOptional({
    type: PlaceDto,
    description: '`accuracyMeters` is accepted and not kept.',
  })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceDto)
  location?: PlaceDto;

  @ApiPropertyOptional({ minimum: 100, maximum: 50_000, example: 8000, description: 'Metres.' })
  @AbsentOr()
  @IsInt()
  @Min(100)
  @Max(50_000)
  radiusMeters?: number;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2027-01-16T16:00:00Z',
    description: 'In the future, at most a year ahead; null for no such time.',
  })
  @IsOptional()
  @IsMoment()
  neededBy?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    example: '2027-01-15T16:00:00Z',
    description: 'In the future, at most 90 days ahead.',
  })
  @AbsentOr()
  @IsMoment()
  expiresAt?: string;
}
