import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateNested } from 'class-validator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { PriceDto } from './price.dto';

export class CreateOfferDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 1000,
    example: 'I have a van and can come on Saturday.',
    description: 'For the requester alone.',
  })
  @IsText(1, 1000)
  message: string;

  @ApiPropertyOptional({
    type: PriceDto,
    nullable: true,
    description: 'What it costs; absent or null for nothing.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PriceDto)
  price?: PriceDto | null;
}
