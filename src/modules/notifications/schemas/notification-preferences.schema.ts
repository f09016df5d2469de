import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { ChannelName } from '../channels/channel';
import type { Category } from '../notification-kinds';
import type { Locale } from '../templates/locales';

export type ChannelChoice = Record<ChannelName, boolean>;

/** When somebody wants to be left alone, every day by the clock on their wall. May go past midnight. */
export interface QuietHours {
  timeZone: string;
  from: string;
  to: string;
}

/** How somebody wants to be told. Who never chose has no row. */
@Schema({ collection: 'notificationPreferences', versionKey: false })
export class NotificationPreferences {
  /** The user. */
  _id: Types.ObjectId;

  @Prop({ type: String, required: true })
  locale: Locale;

  @Prop({ type: Object, required: true })
  channels: Record<Category, ChannelChoice>;

  @Prop({ type: Object, default: null })
  quietHours: QuietHours | null;
}

export const NotificationPreferencesSchema = SchemaFactory.createForClass(NotificationPreferences);
