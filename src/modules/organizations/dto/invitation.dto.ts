import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsEmailAddress } from '../../../common/validation/is-email-address.decorator';
import { MEMBER_ROLES, type MemberRole } from '../schemas/membership.schema';

export class InviteDto {
  @ApiProperty({ example: 'sam@example.org', maxLength: 254 })
  @IsEmailAddress()
  email: string;

  @ApiPropertyOptional({ enum: MEMBER_ROLES, default: 'member', example: 'member' })
  @AbsentOr()
  @IsIn(MEMBER_ROLES)
  role?: MemberRole;
}

export class AcceptInvitationDto {
  @ApiProperty({
    example: '6561f0a4c2b6a1d2e3f40518.mcz1k9x0.5cU0mN2bq1…',
    description: 'From the link in the mail.',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  token: string;
}

export class InvitationView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40518' })
  id: string;

  @ApiProperty({ example: 'sam@example.org' })
  email: string;

  @ApiProperty({ enum: MEMBER_ROLES, example: 'member' })
  role: MemberRole;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  invitedBy: string;

  @ApiProperty({ example: '2026-11-22T13:16:19.361Z' })
  createdAt: string;

  @ApiProperty({ example: '2026-11-29T13:16:19.361Z', description: 'The link works until then.' })
  expiresAt: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026-11-22T13:16:19.512Z',
    description: 'When the mail was handed over; null while it is still owed.',
  })
  mailedAt: string | null;
}
