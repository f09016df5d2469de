import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsInt,
  IsMongoId,
  IsOptional,
  IsString,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';

/** What the sandbox's events say of a payment; see docs/payments.md. */
export class WebhookEventDataDto {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516', description: 'Our id of the payment.' })
  @IsMongoId()
  paymentId: string;

  @ApiPropertyOptional({
    minimum: 1,
    example: 2500,
    description:
      'In minor units. Of what was paid: the price. Of what was refunded: all that is left, where it is left out.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  amountMinor?: number;
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

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'payment.succeeded' })
  @IsString()
  @Length(1, 200)
  type: string;

  @ApiProperty({ type: WebhookEventDataDto })
  @ValidateNested()
  @Type(() => WebhookEventDataDto)
  data: WebhookEventDataDto;
}
