import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../common/http/pagination';
import { EMERGENCY_STATUSES, type EmergencyStatus } from '../emergency.transitions';

export class ListEmergenciesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['requester', 'helper'],
    description: 'Only those raised, or only those answered.',
  })
  @IsOptional()
  @IsIn(['requester', 'helper'])
  as?: 'requester' | 'helper';

  @ApiPropertyOptional({ enum: EMERGENCY_STATUSES })
  @IsOptional()
  @IsIn(EMERGENCY_STATUSES)
  status?: EmergencyStatus;
}
