import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { IsTimeZone } from '../../../common/time/weekly-hours.dto';
import { AbsentOr } from '../../../common/validation/absent-or.decorator';
import type { Category } from '../notification-kinds';
import type { PreferencesInput } from '../preferences/preferences.service';
import type { QuietHours } from '../schemas/notification-preferences.schema';
import { LOCALES, type Locale } from '../templates/locales';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** By which channels; one that is left out is as it is by default. */
export class ChannelChoiceDto {
  @ApiPropertyOptional({ example: true })
  @AbsentOr()
  @IsBoolean()
  push?: boolean;

  @ApiPropertyOptional({ example: true, description: 'To an address that you have confirmed.' })
  @AbsentOr()
  @IsBoolean()
  email?: boolean;

  @ApiPropertyOptional({ example: false, description: 'To the telephone number of your profile.' })
  @AbsentOr()
  @IsBoolean()
  sms?: boolean;
}

function Choice(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ type: ChannelChoiceDto, description })(target, property);
    AbsentOr()(target, property);
    IsObject()(target, property);
    ValidateNested()(target, property);
    Type(() => ChannelChoiceDto)(target, property);
  };
}

/** By which channels for what; what is left out is as it is by default: push and e-mail, for emergencies push and SMS. */
export class ChannelsByCategoryDto implements Partial<Record<Category, ChannelChoiceDto>> {
  @Choice('An SOS near you. Quiet hours do not hold it.')
  emergencies?: ChannelChoiceDto;

  @Choice('Help that is not urgent: offers, progress, messages, ratings.')
  help?: ChannelChoiceDto;

  @Choice('Your listings and bookings.')
  bookings?: ChannelChoiceDto;

  @Choice('Memberships and requests to join.')
  organizations?: ChannelChoiceDto;

  @Choice('Businesses that you own or manage.')
  businesses?: ChannelChoiceDto;

  @Choice('Payments and subscriptions.')
  payments?: ChannelChoiceDto;

  @Choice('Your account. What is of weight is mailed whatever you choose.')
  account?: ChannelChoiceDto;
}

/** When you want to be left alone, every day; may go past midnight. */
export class QuietHoursDto implements QuietHours {
  @ApiProperty({ example: 'Europe/Berlin', description: 'Name of the IANA time zone database.' })
  @IsTimeZone()
  timeZone: string;

  @ApiProperty({ example: '22:00', description: 'Local time, "HH:MM".' })
  @Matches(TIME, { message: '$property must be a time such as 22:00' })
  from: string;

  @ApiProperty({
    example: '07:00',
    description: 'Local time, "HH:MM", not included; other than `from`.',
  })
  @Matches(TIME, { message: '$property must be a time such as 07:00' })
  to: string;
}

/** How you want to be told. Replaces all that was chosen before. */
export class PreferencesDto implements PreferencesInput {
  @ApiProperty({ enum: LOCALES, example: 'en', description: 'The language of what you are told.' })
  @IsIn(LOCALES)
  locale: Locale;

  @ApiProperty({ type: ChannelsByCategoryDto })
  @IsObject()
  @ValidateNested()
  @Type(() => ChannelsByCategoryDto)
  channels: ChannelsByCategoryDto;

  @ApiProperty({
    type: QuietHoursDto,
    nullable: true,
    description: 'Push, e-mail and SMS wait for their end, but for an SOS. null: none.',
  })
  @ValidateIf((_: unknown, value: unknown) => value !== null)
  @IsObject()
  @ValidateNested()
  @Type(() => QuietHoursDto)
  quietHours: QuietHoursDto | null;
}
