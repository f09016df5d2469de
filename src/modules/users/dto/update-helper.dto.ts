import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { RADIUS_MAX_METERS, RADIUS_MIN_METERS } from './update-profile.dto';

/** Opting in to be alerted, and out. `verified` is an operator's to set. */
export class UpdateHelperDto {
  @ApiPropertyOptional({
    example: true,
    description:
      'Opting in also makes available, unless `available` is sent too; opting out ends it.',
  })
  @AbsentOr()
  @IsBoolean()
  helper?: boolean;

  @ApiPropertyOptional({ example: true, description: 'Wants to be alerted now.' })
  @AbsentOr()
  @IsBoolean()
  available?: boolean;

  @ApiPropertyOptional({
    example: 5000,
    minimum: RADIUS_MIN_METERS,
    maximum: RADIUS_MAX_METERS,
    description: 'How far this helper would go, in metres.',
  })
  @AbsentOr()
  @IsInt()
  @Min(RADIUS_MIN_METERS)
  @Max(RADIUS_MAX_METERS)
  helperRadiusMeters?: number;

  @ApiPropertyOptional({ type: [String], example: ['first aid'], maxItems: 20 })
  @AbsentOr()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 50, { each: true })
  skills?: string[];
}
