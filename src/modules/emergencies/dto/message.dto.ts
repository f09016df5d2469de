import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { IDEMPOTENCY_KEY_FORM } from '../../../common/idempotency/idempotency-key';

export class SendMessageDto {
  @ApiProperty({ minLength: 1, maxLength: 1000, example: 'I am at the back door.' })
  @IsText(1, 1000)
  text: string;

  @ApiPropertyOptional({
    example: 'b0f3e0de-2f0a-4a1c-8c6e-0b8d7c6a5f42',
    description: 'Your name for this message: sending it again has no second effect.',
  })
  @IsOptional()
  @Matches(IDEMPOTENCY_KEY_FORM, { message: 'clientId must be 1 to 200 visible ASCII characters' })
  clientId?: string;
}

class SenderDto {
  @ApiProperty({ type: String, nullable: true, example: '6561f0a4c2b6a1d2e3f40516' })
  id: string | null;

  @ApiProperty({ enum: ['requester', 'helper'], example: 'helper' })
  role: 'requester' | 'helper';

  @ApiProperty({ type: String, nullable: true, example: 'Jonas R.' })
  displayName: string | null;
}

export class MessageDto {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40518' })
  id: string;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  emergencyId: string;

  @ApiProperty({ type: SenderDto, description: 'Without id and name for an anonymous requester.' })
  sender: SenderDto;

  @ApiProperty({ example: 'I am at the back door.' })
  text: string;

  @ApiProperty({ type: String, nullable: true, example: 'b0f3e0de-2f0a-4a1c-8c6e-0b8d7c6a5f42' })
  clientId: string | null;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  createdAt: string;
}
