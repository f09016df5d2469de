import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { IDEMPOTENCY_KEY_FORM } from '../../../common/idempotency/idempotency-key';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';

export class CancelHelpRequestDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'My brother carried it.',
    description: 'For the chosen helper.',
  })
  @IsOptional()
  @IsText(0, 500)
  reason?: string | null;
}

export class SendHelpMessageDto {
  @ApiProperty({ minLength: 1, maxLength: 1000, example: 'Is Saturday at ten all right?' })
  @IsText(1, 1000)
  text: string;

  @ApiPropertyOptional({
    example: 'b0f3e0de-2f0a-4a1c-8c6e-0b8d7c6a5f42',
    description: 'Your name for this message: sending it again has no second effect.',
  })
  @AbsentOr()
  @Matches(IDEMPOTENCY_KEY_FORM, { message: 'clientId must be 1 to 200 visible ASCII characters' })
  clientId?: string;
}

export class RateHelpDto {
  @ApiProperty({ minimum: 1, maximum: 5, example: 5 })
  @IsInt()
  @Min(1)
  @Max(5)
  rating: number;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 1000,
    example: 'Careful and on time.',
  })
  @IsOptional()
  @IsText(1, 1000)
  text?: string | null;
}
