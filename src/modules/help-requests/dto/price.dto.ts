import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { MoneyDto } from '../../../common/money/money.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';

/** What is paid for help. */
export class PriceDto extends MoneyDto {
  @ApiPropertyOptional({ default: false, example: true, description: 'Open to talk about it.' })
  @AbsentOr()
  @IsBoolean()
  negotiable?: boolean;
}
