import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsMongoId } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';

/** As many as a page holds. */
const MOST_IDS = 100;

/** Which notifications were read: those named, or all. */
export class ReadNotificationsDto {
  @ApiPropertyOptional({
    type: [String],
    example: ['665f1c2ab7e4d2f3a1b0c9d9'],
    minItems: 1,
    maxItems: MOST_IDS,
    description: 'Either these or `all`. Those that are not yours are passed over.',
  })
  @AbsentOr()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_IDS)
  @IsMongoId({ each: true })
  ids?: string[];

  @ApiPropertyOptional({ enum: [true], example: true, description: 'Every one that is unread.' })
  @AbsentOr()
  @Equals(true)
  all?: true;
}
