import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsUrl,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { DatedHoursDto, WeeklyHoursDto } from '../../../common/time/weekly-hours.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';
import { IsPhone } from '../../../common/validation/is-phone.decorator';

/** A year of holidays, and then some. */
const MOST_EXCEPTIONS = 60;

/** Where customers reach the business. Public. */
export class BusinessContactDto {
  @ApiPropertyOptional({ example: '+4930123456', description: 'E.164. Public.' })
  @AbsentOr()
  @IsPhone()
  phone?: string;

  @ApiPropertyOptional({ example: 'hello@example.org', maxLength: 254, description: 'Public.' })
  @AbsentOr()
  @IsEmailAddress()
  email?: string;

  @ApiPropertyOptional({
    example: 'https://bakery.example.org',
    maxLength: 300,
    description: 'http or https, without a user name in it. Public.',
  })
  @AbsentOr()
  // A user name before the host is how a link pretends to lead somewhere else.
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, disallow_auth: true })
  @MaxLength(300)
  website?: string;
}

/** Week after week, and the dates on which it is different. */
export class OpeningHoursDto extends WeeklyHoursDto {
  @ApiProperty({
    type: [DatedHoursDto],
    required: false,
    maxItems: MOST_EXCEPTIONS,
    description: 'Dates whose hours differ from those of their weekday, each once.',
    example: [{ date: '2026-12-24', slots: [] }],
  })
  @AbsentOr()
  @IsArray()
  @ArrayMaxSize(MOST_EXCEPTIONS)
  @ArrayUnique((one: Partial<DatedHoursDto> | null) => one?.date, {
    message: '$property must have each date once',
  })
  @ValidateNested({ each: true })
  @Type(() => DatedHoursDto)
  exceptions?: DatedHoursDto[];
}
