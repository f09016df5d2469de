import { ApiProperty } from '@nestjs/swagger';
import type { Category } from '../notification-kinds';
import { LOCALES, type Locale } from '../templates/locales';
import { QuietHoursDto } from './preferences.dto';

class ChannelChoiceView {
  @ApiProperty({ example: true })
  push: boolean;

  @ApiProperty({ example: true })
  email: boolean;

  @ApiProperty({ example: false })
  sms: boolean;
}

class ChannelsByCategoryView implements Record<Category, ChannelChoiceView> {
  @ApiProperty({ type: ChannelChoiceView })
  emergencies: ChannelChoiceView;

  @ApiProperty({ type: ChannelChoiceView })
  help: ChannelChoiceView;

  @ApiProperty({ type: ChannelChoiceView })
  bookings: ChannelChoiceView;

  @ApiProperty({ type: ChannelChoiceView })
  organizations: ChannelChoiceView;

  @ApiProperty({ type: ChannelChoiceView })
  businesses: ChannelChoiceView;

  @ApiProperty({ type: ChannelChoiceView })
  payments: ChannelChoiceView;

  @ApiProperty({ type: ChannelChoiceView })
  account: ChannelChoiceView;
}

/** How somebody is told, with what they left to us. */
export class PreferencesView {
  @ApiProperty({ enum: LOCALES, example: 'en' })
  locale: Locale;

  @ApiProperty({ type: ChannelsByCategoryView })
  channels: ChannelsByCategoryView;

  @ApiProperty({ type: QuietHoursDto, nullable: true })
  quietHours: QuietHoursDto | null;
}
