import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { invalidField } from '../../../common/errors/domain-error';
import { ActiveAccounts } from '../../users/active-accounts';
import type { ChannelName } from '../channels/channel';
import { CATEGORIES, type Category } from '../notification-kinds';
import {
  type ChannelChoice,
  NotificationPreferences,
  type QuietHours,
} from '../schemas/notification-preferences.schema';
import { FALLBACK_LOCALE, type Locale } from '../templates/locales';

/** SMS cost money and reach people wherever they are: for an SOS alone, unless somebody wants more. */
const BY_DEFAULT: ChannelChoice = { push: true, email: true, sms: false };
/** Mail is too slow for an alarm. */
const EMERGENCIES_BY_DEFAULT: ChannelChoice = { push: true, email: false, sms: true };

export interface Preferences {
  locale: Locale;
  channels: Record<Category, ChannelChoice>;
  quietHours: QuietHours | null;
}

export interface PreferencesInput {
  locale: Locale;
  channels: Partial<Record<Category, Partial<ChannelChoice>>>;
  quietHours: QuietHours | null;
}

/** How people want to be told. */
@Injectable()
export class PreferencesService {
  constructor(
    @InjectModel(NotificationPreferences.name)
    private readonly preferences: Model<NotificationPreferences>,
    private readonly active: ActiveAccounts,
    private readonly transactions: TransactionRunner,
  ) {}

  /** By hexadecimal id, for everybody asked for; joins the transaction that is under way. */
  async of(users: Types.ObjectId[]): Promise<Map<string, Preferences>> {
    const rows = await this.preferences
      .find({ _id: { $in: users } })
      .lean<NotificationPreferences[]>();
    const chosen = new Map(rows.map((row) => [row._id.toHexString(), row]));
    return new Map(
      users.map((user) => [user.toHexString(), withDefaults(chosen.get(user.toHexString()))]),
    );
  }

  async view(user: Types.ObjectId): Promise<Preferences> {
    return (await this.of([user])).get(user.toHexString()) ?? withDefaults();
  }

  /**
   * Replaces all of them; a category or channel that is left out is as it is by default.
   *
   * @throws DomainError VALIDATION_FAILED for quiet hours that begin when they end: all day, or never?
   */
  async replace(actor: Actor, input: PreferencesInput): Promise<Preferences> {
    if (input.quietHours && input.quietHours.from === input.quietHours.to) {
      throw invalidField('quietHours.to', 'to must be another time than from');
    }
    const { locale, channels, quietHours } = withDefaults(input);
    await this.transactions.run(async (session) => {
      await this.active.hold(session, actor.id);
      await this.preferences.updateOne(
        { _id: actor.id },
        { $set: { locale, channels, quietHours } },
        { upsert: true },
      );
    });
    return { locale, channels, quietHours };
  }

  /** Inside the transaction that erases the account. */
  async forget(user: Types.ObjectId): Promise<void> {
    await this.preferences.deleteOne({ _id: user });
  }
}

/** Whether somebody wants a category by a channel. */
export function wants(
  { channels }: Preferences,
  category: Category,
  channel: ChannelName,
): boolean {
  return channels[category][channel];
}

function withDefaults(chosen?: PreferencesInput): Preferences {
  const channels = Object.fromEntries(
    CATEGORIES.map((category) => {
      const defaults = category === 'emergencies' ? EMERGENCIES_BY_DEFAULT : BY_DEFAULT;
      return [category, { ...defaults, ...chosen?.channels[category] }];
    }),
  ) as Record<Category, ChannelChoice>;
  return {
    locale: chosen?.locale ?? FALLBACK_LOCALE,
    channels,
    quietHours: chosen?.quietHours ?? null,
  };
}
