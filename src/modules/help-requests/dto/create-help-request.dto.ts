import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
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

export const DEFAULT_HELP_RADIUS_METERS = 5000;

/** A request for help that is not urgent. For emergencies there is the SOS. */
export class CreateHelpRequestDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Carry a sofa to the third floor' })
  @IsText(1, 120)
  title: string;

  @ApiProperty({
    minLength: 1,
    maxLength: 4000,
    example: 'Two seats, about 60 kg, no lift. I have straps.',
    description: 'For everybody to read: no address, no phone.',
  })
  @IsText(1, 4000)
  description: string;

  @ApiProperty({ enum: HELP_CATEGORIES, example: 'moving' })
  @IsIn(HELP_CATEGORIES)
  category: HelpCategory;

  @ApiPropertyOptional({ enum: HELP_PRIORITIES, default: 'normal', example: 'normal' })
  @AbsentOr()
  @IsIn(HELP_PRIORITIES)
  priority?: HelpPriority;

  @ApiPropertyOptional({
    type: PriceDto,
    nullable: true,
    description: 'What may be paid at most; absent or null for none.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PriceDto)
  budget?: PriceDto | null;

  @ApiProperty({
    type: PlaceDto,
    description:
      'The exact place is shown to the chosen helper alone; everybody else sees the centre of a cell of about 500 m. ' +
      '`accuracyMeters` is accepted and not kept.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceDto)
  location: PlaceDto;

  @ApiPropertyOptional({
    minimum: 100,
    maximum: 50_000,
    default: DEFAULT_HELP_RADIUS_METERS,
    example: 5000,
    description: 'Metres; a search from farther away does not find the request.',
  })
  @AbsentOr()
  @IsInt()
  @Min(100)
  @Max(50_000)
  radiusMeters?: number;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2027-01-15T16:00:00Z',
    description: 'When it must be done by: in the future, at most a year ahead.',
  })
  @IsOptional()
  @IsMoment()
  neededBy?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    example: '2027-01-14T16:00:00Z',
    description:
      'When it expires if nobody was chosen: in the future, at most 90 days ahead. Default: in 7 days.',
  })
  @AbsentOr()
  @IsMoment()
  expiresAt?: string;
}
