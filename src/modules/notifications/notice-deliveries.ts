import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Clock, HOUR, later } from '../../common/time/clock';
import type { ChannelName, Target } from './channels/channel';
import { Channels } from './channels/channels';
import { DeliveryQueue, type NewDelivery } from './deliveries/delivery-queue';
import type { Due } from './notices';
import { type NotificationKind, ruleOf } from './notification-kinds';
import { type Preferences, PreferencesService, wants } from './preferences/preferences.service';
import { quietUntil } from './preferences/quiet-hours';
import { Notification } from './schemas/notification.schema';

/**
 * Of how much that one person does another is told outside the app within an hour; the rest is in the inbox alone. Threat: who
 * offers and withdraws all day floods a mailbox.
 */
export const TOLD_BY_ONE_AN_HOUR = 20;

/** A notice that is in the inbox. */
export interface ToDeliver {
  notice: Due;
  notification: Types.ObjectId;
}

/** Puts notices into the outbox: a row for each recipient, channel and address. */
@Injectable()
export class NoticeDeliveries {
  constructor(
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
    private readonly channels: Channels,
    private readonly preferences: PreferencesService,
    private readonly deliveries: DeliveryQueue,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction of what happened. */
  async queue(session: ClientSession, told: ToDeliver[]): Promise<void> {
    const rows = await this.withinTheHour(session, told);
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
    for (const [name, asking] of wanted) {
      const people = asking.map(({ notice }) => notice.to);
      const targets = (await this.channels.get(name)?.targets(session, people)) ?? [];
      for (const row of asking) {
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

  /** Inside a transaction: who of these, by hexadecimal id, has an address there and wants such things by it. */
  async reachedBy(
    session: ClientSession,
    channel: ChannelName,
    kind: NotificationKind,
    people: Types.ObjectId[],
  ): Promise<Set<string>> {
    const targets = (await this.channels.get(channel)?.targets(session, people)) ?? [];
    const reached = new Set(targets.map(({ user }) => user.toHexString()));
    const chosen = await this.preferences.of(people);
    for (const [id, preferences] of chosen) {
      if (!wants(preferences, ruleOf(kind).category, channel)) reached.delete(id);
    }
    return reached;
  }

  /** Without those of which the same person has caused too many. What has no actor is not counted: nobody can repeat it at will. */
  private async withinTheHour(session: ClientSession, told: ToDeliver[]): Promise<ToDeliver[]> {
    const caused = told.flatMap(({ notice }) => (notice.actor ? [notice] : []));
    if (caused.length === 0) return told;
    const counts = await this.notifications.collection
      .aggregate<{ _id: { user: Types.ObjectId; actor: Types.ObjectId }; count: number }>(
        [
          {
            $match: {
              user: { $in: caused.map(({ to }) => to) },
              actor: { $in: caused.map(({ actor }) => actor ?? null) },
              createdAt: { $gt: later(this.clock.now(), -HOUR) },
            },
          },
          { $group: { _id: { user: '$user', actor: '$actor' }, count: { $sum: 1 } } },
        ],
        { session },
      )
      .toArray();
    const tooMany = counts.filter(({ count }) => count > TOLD_BY_ONE_AN_HOUR);
    return told.filter(
      ({ notice }) =>
        ruleOf(notice.kind).always ||
        !tooMany.some(({ _id }) => _id.user.equals(notice.to) && notice.actor?.equals(_id.actor)),
    );
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
