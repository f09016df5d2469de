import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { PublicPlaceDto } from '../../../common/geo/place.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { BUSINESS_CATEGORIES, type BusinessCategory } from '../schemas/business.schema';
import { BusinessContactDto, OpeningHoursDto } from './business-fields.dto';
import { DESCRIPTION_MAX, NAME_MAX } from './create-business.dto';

const LOSES_VERIFICATION = 'A change ends the verification.';

/** What is left out stays as it is. */
export class UpdateBusinessDto {
  @ApiPropertyOptional({
    example: 'Bakery at the Bridge',
    minLength: 1,
    maxLength: NAME_MAX,
    description: LOSES_VERIFICATION,
  })
  @AbsentOr()
  @IsText(1, NAME_MAX)
  name?: string;

  @ApiPropertyOptional({
    enum: BUSINESS_CATEGORIES,
    example: 'retail',
    description: LOSES_VERIFICATION,
  })
  @AbsentOr()
  @IsIn(BUSINESS_CATEGORIES)
  category?: BusinessCategory;

  @ApiPropertyOptional({
    example: 'Bread, cakes and coffee.',
    minLength: 1,
    maxLength: DESCRIPTION_MAX,
  })
  @AbsentOr()
  @IsText(1, DESCRIPTION_MAX)
  description?: string;

  @ApiPropertyOptional({
    type: BusinessContactDto,
    description: 'Replaces all of it: {} empties it.',
  })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => BusinessContactDto)
  contact?: BusinessContactDto;

  @ApiPropertyOptional({ type: PublicPlaceDto, description: LOSES_VERIFICATION })
  @AbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => PublicPlaceDto)
  location?: PublicPlaceDto;

  @ApiPropertyOptional({
    type: OpeningHoursDto,
    nullable: true,
    description: 'Replaces all of it; null: not said any more.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OpeningHoursDto)
  openingHours?: OpeningHoursDto | null;
}
