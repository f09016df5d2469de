import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsIn, IsOptional } from 'class-validator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { MOST_DOCUMENTS, VERIFICATION_KINDS, type VerificationKind } from '../verification.rules';

/** A form with files. */
export class RequestVerificationDto {
  @ApiProperty({
    enum: VERIFICATION_KINDS,
    example: 'first_aid',
    description: 'What the documents show.',
  })
  @IsIn(VERIFICATION_KINDS)
  kind: VerificationKind;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 500,
    example: 'The course was in Leipzig, in May.',
    description: 'For the moderators.',
  })
  @IsOptional()
  @IsText(1, 500)
  note?: string | null;

  /** Their digests, once UploadGuard has stored them. */
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'binary' },
    minItems: 1,
    maxItems: MOST_DOCUMENTS,
    example: ['(a file)'],
    description:
      'One to four files of at most 10 MiB each: PDF, JPEG, PNG, WebP or HEIC, by their content. One part of the form for each.',
  })
  @IsArray()
  @ArrayNotEmpty({ message: 'documents must be at least one file' })
  documents: string[];
}
