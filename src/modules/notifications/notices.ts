import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { SYSTEM } from '../events/schemas/event.schema';
import { BlockedPeople } from '../users/blocked-people';
import { AccountStandingService } from '../users/account-standing.service';
import type { ChannelName } from './channels/channel';
import { NoticeDeliveries, type ToDeliver } from './notice-deliveries';
import type { NotificationKind } from './notification-kinds';
import type { SubjectRef } from './schemas/delivery.schema';
import { type NoticeParam, Notification } from './schemas/notification.schema';

/** Something that a person is to be told. */
export interface Notice {
  to: Types.ObjectId;
  kind: NotificationKind;
  /** What it is about, and what opening it shows. */
  subject: SubjectRef;
  /** Names the cause: a second notice to the same person by the same cause is none. */
  key: string;
  /** Who did it, where the reader may know. They are not told of what they did themselves. */
  actor?: Types.ObjectId | null;
  /** What the text is filled with beside the name of the actor: never names or texts of people. */
  params?: Record<string, NoticeParam>;
  /** These channels alone; all that the kind is worth by default. */
  channels?: readonly ChannelName[];
  /** Worth nothing outside the app after this. */
  expiresAt?: Date;
}

/** One that may be told. */
export interface Due extends Notice {
  suspended: boolean;
}

/** Tells people: in their inbox, on their open connections, and by the channels that they want. */
@Injectable()
export class Notices {
  constructor(
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
    private readonly standings: AccountStandingService,
    private readonly blocked: BlockedPeople,
    private readonly outside: NoticeDeliveries,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Inside the transaction of what happened: it is told if and only if it happened. Nobody is told of what they did themselves, of
   * somebody with whom there is a block either way, or after their account was erased. Suspended people find it in their inbox
   * later; outside they are told what is about their account alone.
   *
   * The same key again adds what the first did not (another channel), never a second message.
   */
  async notify(session: ClientSession, notices: Notice[]): Promise<void> {
    const due = await this.thatMayBeTold(notices);
    if (due.length === 0) return;
    const rows = await this.write(session, due);
    await this.outside.queue(session, rows);
  }

  /** Inside a transaction: who of these, by hexadecimal id, would get a notification of this kind by this channel now. */
  reachedBy(
    session: ClientSession,
    channel: ChannelName,
    kind: NotificationKind,
    people: Types.ObjectId[],
  ): Promise<Set<string>> {
    return this.outside.reachedBy(session, channel, kind, people);
  }

  private async thatMayBeTold(notices: Notice[]): Promise<Due[]> {
    const fromOthers = notices.filter(({ to, actor }) => !actor?.equals(to));
    if (fromOthers.length === 0) return [];
    const people = await this.standings.among(fromOthers.map(({ to }) => to));
    const known = new Map(people.map((person) => [person.id.toHexString(), person]));
    const apart = await this.peopleApart(fromOthers);
    return fromOthers.flatMap((notice) => {
      const person = known.get(notice.to.toHexString());
      if (!person || person.status === 'erased') return [];
      if (apart.has(pair(notice.actor, notice.to))) return [];
      return [{ ...notice, suspended: person.status === 'suspended' }];
    });
  }

  /** Who must not hear of whom. */
  private async peopleApart(notices: Notice[]): Promise<Set<string>> {
    const actors = new Map(
      notices.flatMap(({ actor }) => (actor ? [[actor.toHexString(), actor] as const] : [])),
    );
    const apart = new Set<string>();
    // One after another: operations of a transaction must not run at once.
    for (const actor of actors.values()) {
      for (const other of await this.blocked.around(actor)) apart.add(pair(actor, other));
    }
    return apart;
  }

  private async write(session: ClientSession, notices: Due[]): Promise<ToDeliver[]> {
    const at = this.clock.now();
    const { upsertedIds } = await this.notifications.collection.bulkWrite(
      notices.map((notice) => ({
        updateOne: {
          filter: { user: notice.to, key: notice.key },
          update: { $setOnInsert: newRow(notice, at) },
          upsert: true,
        },
      })),
      { session },
    );
    const rows = notices.flatMap((notice, index) => {
      const id: unknown = upsertedIds[index];
      return id instanceof Types.ObjectId ? [{ notice, notification: id }] : [];
    });
    await this.events.append(
      session,
      rows.map(({ notice, notification }) => ({
        kind: 'notification',
        subject: notification,
        seq: null,
        type: 'notification.created',
        actor: SYSTEM,
        at,
        audience: { room: false, users: [notice.to] },
        data: {},
      })),
    );
    const known = notices.filter((notice) => !rows.some((row) => row.notice === notice));
    return [...rows, ...(await this.rowsOf(session, known))];
  }

  /** Notices whose cause was told before. */
  private async rowsOf(session: ClientSession, notices: Due[]): Promise<ToDeliver[]> {
    if (notices.length === 0) return [];
    const rows = await this.notifications.collection
      .find<Notification>(
        { $or: notices.map(({ to, key }) => ({ user: to, key })) },
        { session, projection: { user: 1, key: 1 } },
      )
      .toArray();
    return notices.flatMap((notice) => {
      const row = rows.find(({ user, key }) => key === notice.key && user.equals(notice.to));
      return row ? [{ notice, notification: row._id }] : [];
    });
  }
}

function newRow({ kind, subject, actor, params }: Notice, at: Date) {
  return {
    _id: new Types.ObjectId(),
    kind,
    subject,
    actor: actor ?? null,
    params: params ?? {},
    unread: true,
    readAt: null,
    createdAt: at,
  };
}

function pair(a: Types.ObjectId | null | undefined, b: Types.ObjectId): string {
  return `${a?.toHexString() ?? ''} ${b.toHexString()}`;
}
