import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsMoment } from '../../../common/validation/is-moment.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';

export class ApproveVerificationDto {
  @ApiPropertyOptional({
    type: String,
    example: '2027-11-22T00:00:00Z',
    description:
      'Until when the person is verified: in the future, at most three years ahead; a year where nothing is said. What is printed on ' +
      'the document, at most.',
  })
  @IsOptional()
  @IsMoment()
  validUntil?: string;
}

export class EndVerificationDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 500,
    example: 'The date on the certificate cannot be read: send a sharper picture.',
    description: 'For the person, who reads it.',
  })
  @IsText(1, 500)
  reason: string;
}
