import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { AbsentOr } from '../../../../common/validation/absent-or.decorator';
import { IsText } from '../../../../common/validation/is-text.decorator';

const ENDPOINT = 'https://updates.push.services.mozilla.com/wpush/v2/gAAAAABn1';
const LONGEST_ENDPOINT = 2000;

export class DeviceKeysDto {
  @ApiProperty({
    example:
      'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
    description: 'The public key of the device: a point on P-256, 65 bytes in base64url.',
  })
  @Matches(/^B[\w-]{86}=?$/, { message: 'p256dh must be 65 bytes in base64url, beginning with B' })
  p256dh: string;

  @ApiProperty({ example: 'tBHItJI5svbpez7KI4CCXg', description: '16 bytes in base64url.' })
  @Matches(/^[\w-]{22}={0,2}$/, { message: 'auth must be 16 bytes in base64url' })
  auth: string;
}

/** What `PushManager.subscribe()` gives, as JSON, with a name if you like. */
export class RegisterDeviceDto {
  @ApiProperty({
    example: ENDPOINT,
    maxLength: LONGEST_ENDPOINT,
    description: 'https, of a public push service.',
  })
  @IsString()
  @MaxLength(LONGEST_ENDPOINT)
  endpoint: string;

  @ApiProperty({ type: DeviceKeysDto })
  @IsObject()
  @ValidateNested()
  @Type(() => DeviceKeysDto)
  keys: DeviceKeysDto;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    example: null,
    description: 'Part of what browsers give; not used. Milliseconds since 1970.',
  })
  @IsOptional()
  @IsNumber()
  expirationTime?: number | null;

  @ApiPropertyOptional({ example: 'Phone', minLength: 1, maxLength: 60 })
  @AbsentOr()
  @IsText(1, 60)
  name?: string;
}

export class RemoveDeviceDto {
  @ApiProperty({ example: ENDPOINT, maxLength: LONGEST_ENDPOINT })
  @IsString()
  @MaxLength(LONGEST_ENDPOINT)
  endpoint: string;
}

/** A device as its owner sees it; its keys are shown to nobody. */
export class DeviceDto {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  id: string;

  @ApiProperty({ example: ENDPOINT })
  endpoint: string;

  @ApiProperty({ type: String, nullable: true, example: 'Phone' })
  name: string | null;

  @ApiProperty({ example: true, description: 'Registered by this log-in.' })
  current: boolean;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  createdAt: string;
}

export class PushKeyDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example:
      'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
    description:
      '`applicationServerKey` for `PushManager.subscribe()`; null where this server sends no pushes.',
  })
  publicKey: string | null;
}
