import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { HEX_ID } from '../../../common/http/id-param.decorator';
import { SendMessageDto } from './message.dto';

const IsId = () => Matches(HEX_ID, { message: '$property must be an id of 24 hexadecimal digits' });

export class EmergencyRefMessage {
  @IsId()
  emergencyId: string;
}

export class JoinMessage extends EmergencyRefMessage {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  afterSeq?: number;
}

export class SyncMessage extends EmergencyRefMessage {
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  afterSeq: number;
}

export class ChatMessage extends SendMessageDto {
  @IsId()
  emergencyId: string;
}
