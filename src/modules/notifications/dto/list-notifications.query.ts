import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { PageQuery } from '../../../common/http/pagination';
import { IsFlag } from '../../../common/validation/is-flag.decorator';

export class ListNotificationsQuery extends PageQuery {
  @ApiPropertyOptional({ type: Boolean, example: true, description: 'true: unread ones alone.' })
  @IsOptional()
  @IsFlag()
  unread?: boolean;
}
