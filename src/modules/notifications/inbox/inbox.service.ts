import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { invalidField } from '../../../common/errors/domain-error';
import {
  behindCursor,
  NEWEST,
  type Page,
  sortBy,
  toSortedPage,
} from '../../../common/http/pagination';
import { Clock } from '../../../common/time/clock';
import { EventLog } from '../../events/event-log';
import { SYSTEM } from '../../events/schemas/event.schema';
import type { ListNotificationsQuery } from '../dto/list-notifications.query';
import type { NotificationView, UnreadCountView } from '../dto/notification.view';
import type { ReadNotificationsDto } from '../dto/read-notifications.dto';
import { PreferencesService } from '../preferences/preferences.service';
import { Notification } from '../schemas/notification.schema';
import { render } from '../templates/render';
import { NotificationTexts } from './notification-texts';

/** What somebody was told, for themselves alone. */
@Injectable()
export class InboxService {
  constructor(
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
    private readonly texts: NotificationTexts,
    private readonly preferences: PreferencesService,
    private readonly events: EventLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  async list(actor: Actor, query: ListNotificationsQuery): Promise<Page<NotificationView>> {
    const { limit, cursor, unread } = query;
    const rows = await this.notifications
      .find({
        user: actor.id,
        ...(unread === undefined ? {} : { unread }),
        ...behindCursor(NEWEST, cursor),
      })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Notification[]>();
    const views = new Map(
      (await this.views(actor.id, rows.slice(0, limit))).map((view) => [view.id, view]),
    );
    const { items, nextCursor } = toSortedPage(NEWEST, rows, limit, ({ _id }) =>
      views.get(_id.toHexString()),
    );
    return { items: items.filter((view) => view !== undefined), nextCursor };
  }

  async unread(user: Types.ObjectId): Promise<UnreadCountView> {
    return { count: await this.notifications.countDocuments({ user, unread: true }) };
  }

  /**
   * Marks as read, on all devices; again changes nothing.
   *
   * @returns what is unread still.
   * @throws DomainError VALIDATION_FAILED for both or neither of `ids` and `all`.
   */
  async read(actor: Actor, { ids, all }: ReadNotificationsDto): Promise<UnreadCountView> {
    if ((ids === undefined) === (all === undefined)) {
      throw invalidField('ids', 'send either ids or all: true');
    }
    await this.transactions.run(async (session) => {
      const readAt = this.clock.now();
      const { modifiedCount } = await this.notifications.updateMany(
        {
          user: actor.id,
          unread: true,
          ...(ids ? { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } } : {}),
        },
        { $set: { unread: false, readAt } },
      );
      if (modifiedCount === 0) return;
      await this.events.append(session, [
        {
          kind: 'notification',
          subject: actor.id,
          seq: null,
          type: 'notification.read',
          actor: SYSTEM,
          at: readAt,
          audience: { room: false, users: [actor.id] },
          data: { ids: ids ?? null },
        },
      ]);
    });
    // Behind the commit: within it, two devices that read at once would each count what the other has read.
    return this.unread(actor.id);
  }

  /** One of the reader's own, null where it is not there any more. */
  async view(user: Types.ObjectId, id: Types.ObjectId): Promise<NotificationView | null> {
    const row = await this.notifications.findOne({ _id: id, user }).lean<Notification>();
    const [view] = row ? await this.views(user, [row]) : [];
    return view ?? null;
  }

  private async views(user: Types.ObjectId, rows: Notification[]): Promise<NotificationView[]> {
    if (rows.length === 0) return [];
    const { locale } = await this.preferences.view(user);
    const named = await this.texts.named(rows);
    return named.map(({ row, toRender }) => ({
      id: row._id.toHexString(),
      kind: row.kind,
      subject: { kind: row.subject.kind, id: row.subject.id.toHexString() },
      ...render(locale, toRender),
      readAt: row.readAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
    }));
  }
}
