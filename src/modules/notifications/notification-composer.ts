import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountStandingService } from '../users/account-standing.service';
import type { ChannelContent, ChannelName } from './channels/channel';
import { Channels } from './channels/channels';
import { AddressTallies } from './deliveries/address-tallies';
import { type Composed, Composers } from './deliveries/composers';
import { NotificationTexts } from './inbox/notification-texts';
import { isNotificationKind, type NotificationKind, ruleOf } from './notification-kinds';
import { PreferencesService } from './preferences/preferences.service';
import { type Delivery, URGENT } from './schemas/delivery.schema';
import { type NoticeParam, Notification } from './schemas/notification.schema';
import type { Locale } from './templates/locales';
import { SubjectLinks } from './subject-links';
import { render, renderMail, type ToRender } from './templates/render';

/** How many texts one telephone gets in a day (UTC), whoever says that it is theirs: nobody shows that theirs it is. */
export const TEXTS_A_DAY = 10;
/** And of alerts: more than there are emergencies around one helper. */
export const ALERT_TEXTS_TO_ONE_A_DAY = 50;

/** Writes the messages of notifications when they go out: in the language of then, with the names of then. */
@Injectable()
export class NotificationComposer implements OnModuleInit {
  constructor(
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
    private readonly composers: Composers,
    private readonly channels: Channels,
    private readonly tallies: AddressTallies,
    private readonly standings: AccountStandingService,
    private readonly preferences: PreferencesService,
    private readonly texts: NotificationTexts,
    private readonly links: SubjectLinks,
  ) {}

  onModuleInit(): void {
    this.composers.registerDefault((delivery) => this.compose(delivery));
  }

  private async compose(delivery: Delivery): Promise<Composed | null> {
    const { user, device, kind, channel } = delivery;
    if (user === null || !isNotificationKind(kind)) {
      throw new Error(`Nobody composes ${kind}`);
    }
    if (!(await this.isWanted(delivery, kind))) return null;
    const to = await this.channels.get(channel)?.address({ user, device });
    if (!to || (channel === 'sms' && !(await this.hasRoom(to, delivery)))) return null;
    const { locale } = await this.preferences.view(user);
    const params = delivery.params as Record<string, NoticeParam>;
    const [named] = await this.texts.named([{ kind, params, actor: delivery.actor }]);
    return named ? { to, content: this.content(channel, locale, delivery, named.toRender) } : null;
  }

  /** Not by somebody who was suspended meanwhile, nor by who has read it already. */
  private async isWanted(
    { user, notification }: Delivery,
    kind: NotificationKind,
  ): Promise<boolean> {
    const standing = user && (await this.standings.of(user));
    if (!standing || standing.status === 'erased') return false;
    if (standing.status === 'suspended' && !ruleOf(kind).always) return false;
    if (notification === null) return true;
    const row = await this.notifications.findById(notification, { unread: 1 }).lean<Notification>();
    return row?.unread ?? false;
  }

  /** What was let through once is tried again until it has gone out. */
  private async hasRoom(phone: string, { attempts, priority }: Delivery): Promise<boolean> {
    if (attempts > 1) return true;
    return priority === URGENT
      ? (await this.tallies.count('alert', phone)) <= ALERT_TEXTS_TO_ONE_A_DAY
      : (await this.tallies.count('text', phone)) <= TEXTS_A_DAY;
  }

  private content(
    channel: ChannelName,
    locale: Locale,
    { notification, kind, subject }: Delivery,
    notice: ToRender,
  ): ChannelContent[ChannelName] {
    const link = this.links.to(subject.kind, subject.id);
    const { title } = render(locale, notice);
    switch (channel) {
      case 'push':
        return {
          id: notification?.toHexString() ?? null,
          kind,
          subject: { kind: subject.kind, id: subject.id.toHexString() },
          title,
        };
      case 'sms':
        return { text: `AllyNet: ${title}\n${link}` };
      case 'email':
        return renderMail(locale, notice, link);
    }
  }
}
