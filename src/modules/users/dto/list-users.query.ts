import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { ROLES, type Role } from '../../../common/auth/actor';
import { PageQuery } from '../../../common/http/pagination';
import { IsText } from '../../../common/validation/is-text.decorator';
import { USER_STATUSES, type UserStatus } from '../schemas/user.schema';

const AsBoolean = () =>
  Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );

/** Which accounts staff want to see. */
export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: USER_STATUSES, example: 'suspended' })
  @IsOptional()
  @IsIn(USER_STATUSES)
  status?: UserStatus;

  @ApiPropertyOptional({ enum: ROLES, example: 'moderator' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ type: Boolean, example: false })
  @IsOptional()
  @AsBoolean()
  @IsBoolean()
  verified?: boolean;

  @ApiPropertyOptional({ type: Boolean, example: true })
  @IsOptional()
  @AsBoolean()
  @IsBoolean()
  helper?: boolean;

  @ApiPropertyOptional({
    example: 'sam@',
    minLength: 2,
    maxLength: 100,
    description: 'How the e-mail address or the name begins, in any case.',
  })
  @IsOptional()
  @IsText(2, 100)
  q?: string;
}
