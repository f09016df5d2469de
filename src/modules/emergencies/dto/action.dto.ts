import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { OUTCOMES, type Outcome } from '../schemas/emergency.schema';

/** A day: whoever needs longer is no help in an emergency. */
const LONGEST_ETA_SECONDS = 24 * 60 * 60;

class WithEta {
  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: LONGEST_ETA_SECONDS,
    example: 240,
    description: 'Seconds until the helper expects to be there.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_ETA_SECONDS)
  etaSeconds?: number | null;
}

export class AnswerAlertDto extends WithEta {
  @ApiProperty({ enum: ['accept', 'decline'], example: 'accept' })
  @IsIn(['accept', 'decline'])
  answer: 'accept' | 'decline';

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'Not nearby',
    description: 'Why not; for operators.',
  })
  @IsOptional()
  @IsText(0, 500)
  reason?: string | null;
}

export const RESPONSE_STEPS = ['on_way', 'arrived', 'completed', 'withdrawn'] as const;

export class UpdateResponseDto extends WithEta {
  @ApiProperty({ enum: RESPONSE_STEPS, example: 'on_way' })
  @IsIn(RESPONSE_STEPS)
  status: (typeof RESPONSE_STEPS)[number];
}

export class ResolveDto {
  @ApiPropertyOptional({ enum: OUTCOMES, default: 'helped', example: 'helped' })
  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: Outcome | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'The ambulance took over.',
  })
  @IsOptional()
  @IsText(0, 500)
  notes?: string | null;
}

export class CancelDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'Pressed by mistake.',
  })
  @IsOptional()
  @IsText(0, 500)
  reason?: string | null;
}
