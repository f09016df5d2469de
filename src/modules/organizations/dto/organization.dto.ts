import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsMongoId, IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { PublicPlaceDto } from '../../../common/geo/place.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import {
  JOIN_POLICIES,
  type JoinPolicy,
  ORGANIZATION_TYPES,
  type OrganizationType,
} from '../schemas/organization.schema';

export const NAME_MAX = 120;
export const DESCRIPTION_MAX = 2000;

/** Threat: it stands in mails of invitation, where further lines would be somebody else's letter. */
const OnOneLine = (): PropertyDecorator =>
  Matches(/^[^\r\n\u2028\u2029]*$/, { message: '$property must be on one line' });

export class CreateOrganizationDto {
  @ApiProperty({ example: 'Lindenhof 12', minLength: 1, maxLength: NAME_MAX })
  @IsText(1, NAME_MAX)
  @OnOneLine()
  name: string;

  @ApiProperty({ enum: ORGANIZATION_TYPES, example: 'apartment' })
  @IsIn(ORGANIZATION_TYPES)
  type: OrganizationType;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: DESCRIPTION_MAX,
    example: 'Everybody who lives in the house and looks after one another.',
  })
  @IsOptional()
  @IsText(1, DESCRIPTION_MAX)
  description?: string | null;

  @ApiPropertyOptional({
    type: PublicPlaceDto,
    nullable: true,
    description: 'Published as it is, like the address of a business.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PublicPlaceDto)
  location?: PublicPlaceDto | null;

  @ApiProperty({
    enum: JOIN_POLICIES,
    example: 'request',
    description:
      'open: anybody joins by themselves, and is alerted for others once an admin approves of them; request: an admin ' +
      'decides; invitation: with an invitation alone.',
  })
  @IsIn(JOIN_POLICIES)
  joinPolicy: JoinPolicy;
}

/** What of the profile to change; what is left out stays. */
export class UpdateOrganizationDto {
  @ApiPropertyOptional({ example: 'Lindenhof 12', minLength: 1, maxLength: NAME_MAX })
  @AbsentOr()
  @IsText(1, NAME_MAX)
  @OnOneLine()
  name?: string;

  @ApiPropertyOptional({ enum: ORGANIZATION_TYPES, example: 'apartment' })
  @AbsentOr()
  @IsIn(ORGANIZATION_TYPES)
  type?: OrganizationType;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: DESCRIPTION_MAX,
    example: 'Everybody who lives in the house.',
    description: 'null clears it.',
  })
  @IsOptional()
  @IsText(1, DESCRIPTION_MAX)
  description?: string | null;

  @ApiPropertyOptional({
    type: PublicPlaceDto,
    nullable: true,
    description: 'Published as it is; null clears it.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PublicPlaceDto)
  location?: PublicPlaceDto | null;

  @ApiPropertyOptional({ enum: JOIN_POLICIES, example: 'open' })
  @AbsentOr()
  @IsIn(JOIN_POLICIES)
  joinPolicy?: JoinPolicy;
}

export class HandOverDto {
  @ApiProperty({
    example: '6561f0a4c2b6a1d2e3f40516',
    description: 'A member; becomes an admin with it.',
  })
  @IsMongoId()
  userId: string;
}
