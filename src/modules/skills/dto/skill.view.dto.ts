import { ShownPlaceDto } from '../../../common/geo/place.dto';
import { ApiProperty } from '@nestjs/swagger';
import { WeeklyHoursDto } from '../../../common/time/weekly-hours.dto';
import {
  PRICING_TYPES,
  type PricingType,
  SKILL_CATEGORIES,
  SKILL_STATUSES,
  type SkillCategory,
  type SkillStatus,
} from '../schemas/skill.schema';

export const EXAMPLE_ID = '6561f0a4c2b6a1d2e3f40516';
export const EXAMPLE_TIME = '2026-11-22T10:15:30.000Z';

export class SkillPricingDto {
  @ApiProperty({ enum: PRICING_TYPES, example: 'hourly' })
  type: PricingType;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 2500,
    description: 'Minor units of the currency, for an hour or for all of it.',
  })
  amountMinor: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'EUR', description: 'ISO 4217.' })
  currency: string | null;
}

export class SkillRatingDto {
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 4.67,
    description: 'Average of the reviews, 1–5, rounded to two decimals; null without one.',
  })
  average: number | null;

  @ApiProperty({ example: 3, description: 'How many reviews.' })
  count: number;
}

export class SkillOwnerDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ example: 'Mira K.' })
  displayName: string;

  @ApiProperty({ example: 640, minimum: 0, maximum: 1000 })
  trustScore: number;
}

/** A listing as the caller may see it. */
export class SkillDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ type: SkillOwnerDto })
  owner: SkillOwnerDto;

  @ApiProperty({ example: 'Maths for grades 5 to 10' })
  title: string;

  @ApiProperty({ enum: SKILL_CATEGORIES, example: 'tutoring' })
  category: SkillCategory;

  @ApiProperty({ example: 'Patient help with homework and exams, at your place or mine.' })
  description: string;

  @ApiProperty({ type: [String], example: ['maths', 'homework'] })
  tags: string[];

  @ApiProperty({ type: SkillPricingDto })
  pricing: SkillPricingDto;

  @ApiProperty({ type: WeeklyHoursDto })
  availability: WeeklyHoursDto;

  @ApiProperty({
    type: ShownPlaceDto,
    nullable: true,
    description: 'Exact for the owner alone. Null once the account is deleted.',
  })
  location: ShownPlaceDto | null;

  @ApiProperty({ example: 5000, description: 'Metres.' })
  serviceRadiusMeters: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1200,
    description:
      'Metres from where was searched to the centre of the cell, rounded to 100; null without a place.',
  })
  distanceMeters: number | null;

  @ApiProperty({ type: SkillRatingDto })
  rating: SkillRatingDto;

  @ApiProperty({ enum: SKILL_STATUSES, example: 'active' })
  status: SkillStatus;

  @ApiProperty({ example: false, description: 'Taken away for good; moderators alone see it.' })
  removed: boolean;

  @ApiProperty({ example: EXAMPLE_TIME })
  createdAt: string;

  @ApiProperty({ example: EXAMPLE_TIME })
  updatedAt: string;
}
