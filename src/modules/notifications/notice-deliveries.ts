import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { Clock } from '../../common/time/clock';
import type { ChannelName, Target } from './channels/channel';
import { Channels } from './channels/channels';
import { DeliveryQueue, type NewDelivery } from './deliveries/delivery-queue';
import type { Due } from './notices';
import { ruleOf } from './notification-kinds';
import { type Preferences, PreferencesService, wants } from './preferences/preferences.service';
import { quietUntil } from './preferences/quiet-hours';

/** A notice that is in the inbox. */
export interface ToDeliver {
  notice: Due;
  notification: Types.ObjectId;
}

/** Puts notices into the outbox: a row for each recipient, channel and address. */
@Injectable()
export class NoticeDeliveries {
  constructor(
    private readonly channels: Channels,
    private readonly preferences: PreferencesService,
    private readonly deliveries: DeliveryQueue,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction of what happened. */
  async queue(session: ClientSession, rows: ToDeliver[]): Promise<void> {
    const chosen = await this.preferences.of(rows.map(({ notice }) => notice.to));
    const wanted = new Map<ChannelName, ToDeliver[]>();
    for (const row of rows) {
      const preferences = chosen.get(row.notice.to.toHexString());
      if (!preferences) continue;
      for (const channel of this.channelsFor(row, preferences)) {
        wanted.set(channel, [...(wanted.get(channel) ?? []), row]);
      }
    }
    const messages: NewDelivery[] = [];
    // One after another: operations of a transaction must not run at once.
    for (const [name, told] of wanted) {
      const people = told.map(({ notice }) => notice.to);
      const targets = (await this.channels.get(name)?.targets(session, people)) ?? [];
      for (const row of told) {
        const preferences = chosen.get(row.notice.to.toHexString());
        for (const target of targets) {
          if (preferences && target.user.equals(row.notice.to)) {
            messages.push(this.message(name, row, target, preferences));
          }
        }
      }
    }
    await this.deliveries.add(session, messages);
  }

  private channelsFor({ notice }: ToDeliver, preferences: Preferences): ChannelName[] {
    const rule = ruleOf(notice.kind);
    if (notice.suspended && !rule.always) return [];
    const worth = notice.channels ?? rule.channels ?? this.channels.names;
    return worth.filter(
      (channel) =>
        this.channels.get(channel) !== undefined &&
        (wants(preferences, rule.category, channel) || (rule.always && channel === 'email')),
    );
  }

  private message(
    channel: ChannelName,
    { notice, notification }: ToDeliver,
    { user, device }: Target,
    { quietHours }: Preferences,
  ): NewDelivery {
    const { kind, subject, actor = null, params = {}, expiresAt = null } = notice;
    const urgent = ruleOf(kind).urgent ?? false;
    const quiet = urgent || !quietHours ? null : quietUntil(this.clock.now(), quietHours);
    return {
      key: [notification.toHexString(), channel, device?.toHexString() ?? ''].join(':'),
      channel,
      user,
      device,
      kind,
      subject,
      actor,
      notification,
      params,
      urgent,
      expiresAt,
      ...(quiet ? { dueAt: quiet } : {}),
    };
  }
}
