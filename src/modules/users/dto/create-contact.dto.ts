import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';
import { IsPhone } from '../../../common/validation/is-phone.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';

/** Somebody to be told of an SOS: with an e-mail address, a telephone number, or both. */
export class CreateContactDto {
  @ApiProperty({ example: 'Ada Okafor', minLength: 1, maxLength: 80 })
  @IsText(1, 80)
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'ada@example.org' })
  @IsOptional()
  @IsEmailAddress()
  email?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '+4930123457' })
  @IsOptional()
  @IsPhone()
  phone?: string | null;
}
