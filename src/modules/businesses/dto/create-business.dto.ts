import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsNumber, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { BUSINESS_CATEGORIES, type BusinessCategory } from '../schemas/business.schema';
import { BusinessContactDto, OpeningHoursDto } from './business-fields.dto';

export const NAME_MAX = 100;
export const DESCRIPTION_MAX = 2000;

/** The door of a shop. */
export class ShopPlaceDto {
  @ApiProperty({ example: 52.52, minimum: -90, maximum: 90, description: 'Degrees, WGS 84.' })
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude: number;

  @ApiProperty({ example: 13.405, minimum: -180, maximum: 180, description: 'Degrees, WGS 84.' })
  @IsNumber()
  @Min(-180)
  @Max(180)
  longitude: number;
}

export class CreateBusinessDto {
  @ApiProperty({ example: 'Bakery at the Corner', minLength: 1, maxLength: NAME_MAX })
  @IsText(1, NAME_MAX)
  name: string;

  @ApiProperty({ enum: BUSINESS_CATEGORIES, example: 'restaurant' })
  @IsIn(BUSINESS_CATEGORIES)
  category: BusinessCategory;

  @ApiProperty({
    example: 'Bread and cakes from our own oven.',
    minLength: 1,
    maxLength: DESCRIPTION_MAX,
  })
  @IsText(1, DESCRIPTION_MAX)
  description: string;

  @ApiPropertyOptional({ type: BusinessContactDto })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => BusinessContactDto)
  contact?: BusinessContactDto;

  @ApiProperty({ type: ShopPlaceDto, description: 'Exact, and public.' })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ShopPlaceDto)
  location: ShopPlaceDto;

  @ApiPropertyOptional({
    type: OpeningHoursDto,
    description: 'Left out: not said, and `openNow` is null.',
  })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => OpeningHoursDto)
  openingHours?: OpeningHoursDto;
}
