import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../common/http/pagination';
import { CHANNELS, type ChannelName } from '../channels/channel';

export class ListDeadLettersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CHANNELS, example: 'email' })
  @IsOptional()
  @IsIn(CHANNELS)
  channel?: ChannelName;
}
