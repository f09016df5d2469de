import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, Min } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';

export class VerifyBusinessDto {
  @ApiProperty({ example: true })
  @IsBoolean()
  verified: boolean;

  @ApiPropertyOptional({
    example: 1,
    minimum: 1,
    description:
      'The `revision` that you looked at. If name, category or place changed since: 409. Without it, what is there now is ' +
      'verified.',
  })
  @AbsentOr()
  @IsInt()
  @Min(1)
  revision?: number;
}
