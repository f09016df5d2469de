import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../common/http/pagination';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { JOIN_REQUEST_STATUSES, type JoinRequestStatus } from '../entry.transitions';
import { MEMBER_ROLES, type MemberRole } from '../schemas/membership.schema';

export class JoinDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 500,
    example: 'I moved into the third floor last week.',
    description: 'For the admins who decide; of no use where anybody may join.',
  })
  @IsOptional()
  @IsText(1, 500)
  message?: string | null;
}

export class ListMembersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: MEMBER_ROLES })
  @IsOptional()
  @IsIn(MEMBER_ROLES)
  role?: MemberRole;
}

/** What to change; what is left out stays. */
export class UpdateMemberDto {
  @ApiPropertyOptional({
    enum: MEMBER_ROLES,
    example: 'moderator',
    description: 'Who is made a moderator or an admin is approved by it.',
  })
  @AbsentOr()
  @IsIn(MEMBER_ROLES)
  role?: MemberRole;

  @ApiPropertyOptional({
    example: true,
    description: 'Whether they are alerted when a member is in need.',
  })
  @AbsentOr()
  @IsBoolean()
  approved?: boolean;
}

export class MemberView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  userId: string;

  @ApiProperty({ example: 'Sam Okafor' })
  displayName: string;

  @ApiProperty({ enum: MEMBER_ROLES, example: 'member' })
  role: MemberRole;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: true,
    description: 'An admin approved or invited them. Null for who is neither moderator nor admin.',
  })
  approved: boolean | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'Their account is suspended. Null for who is neither moderator nor admin.',
  })
  suspended: boolean | null;

  @ApiProperty({ example: '2026-11-22T13:16:19.361Z' })
  joinedAt: string;
}

export class JoinRequestView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40517' })
  id: string;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  userId: string;

  @ApiProperty({ example: 'Sam Okafor' })
  displayName: string;

  @ApiProperty({
    enum: JOIN_REQUEST_STATUSES,
    example: 'pending',
    description: 'Lists show those that wait: `pending`.',
  })
  status: JoinRequestStatus;

  @ApiProperty({ type: String, nullable: true, example: 'I moved into the third floor last week.' })
  message: string | null;

  @ApiProperty({ example: '2026-11-22T13:16:19.361Z' })
  createdAt: string;
}
