import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { type Role, ROLES } from '../../../common/auth/actor';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';

const SETTABLE_STATUSES = ['active', 'suspended'] as const;

/** What staff may change of an account; what is left out stays. */
export class UpdateUserDto {
  @ApiPropertyOptional({ example: true, description: 'An operator checked this helper.' })
  @AbsentOr()
  @IsBoolean()
  verified?: boolean;

  @ApiPropertyOptional({ enum: SETTABLE_STATUSES, example: 'suspended' })
  @AbsentOr()
  @IsIn(SETTABLE_STATUSES)
  status?: (typeof SETTABLE_STATUSES)[number];

  @ApiPropertyOptional({ enum: ROLES, example: 'moderator', description: 'For admins alone.' })
  @AbsentOr()
  @IsIn(ROLES)
  role?: Role;
}
