import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsObject, ValidateNested } from 'class-validator';
import { PublicPlaceDto } from '../../../common/geo/place.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { BUSINESS_CATEGORIES, type BusinessCategory } from '../schemas/business.schema';
import { BusinessContactDto, OpeningHoursDto } from './business-fields.dto';

export const NAME_MAX = 100;
export const DESCRIPTION_MAX = 2000;

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

  @ApiProperty({ type: PublicPlaceDto, description: 'Exact, and public.' })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PublicPlaceDto)
  location: PublicPlaceDto;

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
