import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsISO8601,
  IsInt,
  IsMongoId,
  IsOptional,
  IsString,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';

/** What the sandbox's events say; see docs/payments.md. */
export class WebhookEventDataDto {
  @ApiPropertyOptional({
    example: '6561f0a4c2b6a1d2e3f40516',
    description: 'Our id of the payment. Of events `payment.…` alone, which must have it.',
  })
  @IsOptional()
  @IsMongoId()
  paymentId?: string;

  @ApiPropertyOptional({
    example: '6561f0a4c2b6a1d2e3f40517',
    description: 'Our id. Of events `subscription.…` alone, which must have it.',
  })
  @IsOptional()
  @IsMongoId()
  subscriptionId?: string;

  @ApiPropertyOptional({
    minimum: 1,
    example: 2500,
    description:
      'In minor units. Of what was paid: the price. Of what was refunded: all that is left, where it is left out. Of a ' +
      'subscription: what the bill took; nothing is booked where it is left out.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  amountMinor?: number;

  @ApiPropertyOptional({ example: 'EUR', description: 'ISO 4217. Of a subscription: EUR.' })
  @IsOptional()
  @IsString()
  currency?: string;

  @ApiPropertyOptional({
    example: 'inv_1',
    description: 'Of a subscription: a bill counts once. The id of the event where it is left out.',
  })
  @IsOptional()
  @IsString()
  invoiceId?: string;

  @ApiPropertyOptional({
    example: '2026-12-22T10:15:30Z',
    description: 'Of `subscription.renewed`: 30 days on, where it is left out.',
  })
  @IsOptional()
  @IsISO8601()
  currentPeriodEnd?: string;

  @ApiPropertyOptional({ example: 'business_pro', description: 'Of `subscription.changed`.' })
  @IsOptional()
  @IsString()
  plan?: string;
}

/** For the description alone: the raw body is verified and read by its provider, and unknown fields are passed over. */
export class WebhookEventDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 200,
    example: 'evt_1',
    description: 'An event of the same id is taken once.',
  })
  @IsString()
  @Length(1, 200)
  id: string;

  @ApiProperty({
    minLength: 1,
    maxLength: 200,
    example: 'payment.succeeded',
    description:
      'payment.processing, payment.succeeded, payment.failed, payment.cancelled, payment.refunded, ' +
      'payment.refund_failed; subscription.renewed, subscription.renewal_failed, subscription.changed, subscription.ended. Others are acknowledged and counted.',
  })
  @IsString()
  @Length(1, 200)
  type: string;

  @ApiProperty({ type: WebhookEventDataDto })
  @ValidateNested()
  @Type(() => WebhookEventDataDto)
  data: WebhookEventDataDto;
}
