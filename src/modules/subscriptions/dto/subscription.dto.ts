import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsMongoId, IsString, MaxLength, ValidateNested } from 'class-validator';
import { PLANS, SUBSCRIBER_KINDS, type SubscriberKind } from '../../../common/entitlements/plans';

const PLAN = {
  enum: PLANS.map(({ id }) => id),
  example: 'organization_plus',
  description: 'An id of GET /subscriptions/plans.',
};

export class SubscriberDto {
  @ApiProperty({ enum: SUBSCRIBER_KINDS, example: 'organization' })
  @IsIn(SUBSCRIBER_KINDS)
  kind: SubscriberKind;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  @IsMongoId()
  id: string;
}

export class CreateSubscriptionDto {
  @ApiProperty(PLAN)
  @IsString()
  @MaxLength(100)
  plan: string;

  @ApiProperty({ type: SubscriberDto, description: 'Which you manage, of the kind of the plan.' })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubscriberDto)
  subject: SubscriberDto;
}

export class ChangeSubscriptionDto {
  @ApiProperty({ ...PLAN, example: 'organization_pro' })
  @IsString()
  @MaxLength(100)
  plan: string;
}
