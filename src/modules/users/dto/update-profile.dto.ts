import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, IsUrl, Max, MaxLength, Min } from 'class-validator';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import { IsPhone } from '../../../common/validation/is-phone.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';

export const RADIUS_MIN_METERS = 100;
export const RADIUS_MAX_METERS = 50_000;

/** What of the profile to change; what is left out stays. */
export class UpdateProfileDto {
  @ApiPropertyOptional({ example: 'Sam Okafor', minLength: 1, maxLength: 80 })
  @AbsentOr()
  @IsText(1, 80)
  displayName?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '+4930123456',
    description: '`+` and 7 to 15 digits; null clears it.',
  })
  @IsOptional()
  @IsPhone()
  phone?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Paramedic.', maxLength: 500 })
  @IsOptional()
  @IsText(0, 500)
  bio?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'https://cdn.example.org/sam.jpg',
    description: 'https alone; null clears it.',
  })
  @IsOptional()
  @IsUrl({ protocols: ['https'], require_protocol: true, disallow_auth: true })
  @MaxLength(2048)
  avatarUrl?: string | null;

  @ApiPropertyOptional({
    example: 5000,
    minimum: RADIUS_MIN_METERS,
    maximum: RADIUS_MAX_METERS,
    description: 'How far an SOS of this user reaches, in metres.',
  })
  @AbsentOr()
  @IsInt()
  @Min(RADIUS_MIN_METERS)
  @Max(RADIUS_MAX_METERS)
  emergencyRadiusMeters?: number;

  @ApiPropertyOptional({ example: true })
  @AbsentOr()
  @IsBoolean()
  shareLocationWithContacts?: boolean;
}
