import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { PlaceDto } from '../../../common/geo/place.dto';
import { WeeklyHoursDto } from '../../../common/time/weekly-hours.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import {
  SKILL_CATEGORIES,
  SKILL_STATUSES,
  type SkillCategory,
  type SkillStatus,
} from '../schemas/skill.schema';
import { IsTags, LONGEST_TAG, MOST_TAGS } from './is-tags.decorator';
import { PricingDto } from './pricing.dto';

/** A cell is 500 m wide: a smaller circle around its centre might not hold the owner's own door. */
const SMALLEST_SERVICE_RADIUS_METERS = 500;
/** As far as anybody searches (NearbyQuery). */
const LARGEST_SERVICE_RADIUS_METERS = 50_000;
export const DEFAULT_SERVICE_RADIUS_METERS = 10_000;

/** What somebody offers. */
export class CreateSkillDto {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Maths for grades 5 to 10' })
  @IsText(1, 100)
  title: string;

  @ApiProperty({ enum: SKILL_CATEGORIES, example: 'tutoring' })
  @IsIn(SKILL_CATEGORIES)
  category: SkillCategory;

  @ApiProperty({
    minLength: 1,
    maxLength: 4000,
    example: 'Patient help with homework and exams, at your place or mine.',
  })
  @IsText(1, 4000)
  description: string;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_TAGS,
    example: ['maths', 'homework'],
    description: `At most ${MOST_TAGS} of 1–${LONGEST_TAG} characters; kept in lower case, each once.`,
  })
  @AbsentOr()
  @IsTags()
  tags?: string[];

  @ApiProperty({ type: PricingDto })
  @IsObject()
  @ValidateNested()
  @Type(() => PricingDto)
  pricing: PricingDto;

  @ApiProperty({
    type: WeeklyHoursDto,
    description: 'When the owner is usually there. Other times can be asked for.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => WeeklyHoursDto)
  availability: WeeklyHoursDto;

  @ApiProperty({
    type: PlaceDto,
    description: 'Others see the centre of a cell of about 500 m until a booking is accepted.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceDto)
  location: PlaceDto;

  @ApiPropertyOptional({
    example: 5000,
    minimum: SMALLEST_SERVICE_RADIUS_METERS,
    maximum: LARGEST_SERVICE_RADIUS_METERS,
    default: DEFAULT_SERVICE_RADIUS_METERS,
    description: 'Metres. Who searches from farther away does not find the listing.',
  })
  @AbsentOr()
  @IsInt()
  @Min(SMALLEST_SERVICE_RADIUS_METERS)
  @Max(LARGEST_SERVICE_RADIUS_METERS)
  serviceRadiusMeters?: number;

  @ApiPropertyOptional({
    enum: SKILL_STATUSES,
    default: 'active',
    example: 'active',
    description: 'A paused listing is seen by its owner alone, and takes no bookings.',
  })
  @AbsentOr()
  @IsIn(SKILL_STATUSES)
  status?: SkillStatus;
}
