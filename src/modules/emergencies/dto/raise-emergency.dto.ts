import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PlaceDto } from '../../../common/geo/place.dto';
import { IDEMPOTENCY_KEY_FORM } from '../../../common/idempotency/idempotency-key';
import { IsText } from '../../../common/validation/is-text.decorator';
import { EMERGENCY_TYPES, type EmergencyType } from '../schemas/emergency.schema';

/** Absent is allowed, null is not: a client that sends null has lost the value and should know. */
const IfPresent = () => ValidateIf((_, value) => value !== undefined);

/** An SOS. Only `type` is required. */
export class RaiseEmergencyDto {
  @ApiProperty({ enum: EMERGENCY_TYPES, example: 'medical' })
  @IsIn(EMERGENCY_TYPES)
  type: EmergencyType;

  @ApiPropertyOptional({
    type: PlaceDto,
    nullable: true,
    description: 'Without it the last known place is used when it is under 24 h old.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceDto)
  location?: PlaceDto | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 1000,
    example: 'Chest pain, third floor, the door is open.',
    description: 'For those who accepted; alerted helpers do not see it.',
  })
  @IsOptional()
  @IsText(0, 1000)
  description?: string | null;

  @ApiPropertyOptional({
    default: false,
    example: false,
    description: 'Nobody but a moderator learns who you are.',
  })
  @IfPresent()
  @IsBoolean()
  anonymous?: boolean;

  @ApiPropertyOptional({
    default: false,
    example: false,
    description: 'Nothing makes a sound on your own devices.',
  })
  @IfPresent()
  @IsBoolean()
  silent?: boolean;

  @ApiPropertyOptional({
    minimum: 100,
    maximum: 50_000,
    example: 5000,
    description: 'Metres. Default: the profile.',
  })
  @IfPresent()
  @IsInt()
  @Min(100)
  @Max(50_000)
  radiusMeters?: number;

  @ApiPropertyOptional({
    example: '7f0c2c1e-3c55-4a53-9a0c-0a4f7c3b8e11',
    description:
      'Your name for this request: sending it again never raises a second SOS. Same as Idempotency-Key.',
  })
  @IfPresent()
  @IsString()
  @Matches(IDEMPOTENCY_KEY_FORM, { message: 'requestId must be 1 to 200 visible ASCII characters' })
  requestId?: string;
}
