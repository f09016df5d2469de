import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { PersonalData } from '../data-protection/personal-data';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { PreferencesService } from './preferences/preferences.service';
import { Delivery } from './schemas/delivery.schema';
import { Notification } from './schemas/notification.schema';

/** What becomes of notifications when an account is erased, or one person blocks another. */
@Injectable()
export class NotificationAccounts implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
    @InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>,
    private readonly preferences: PreferencesService,
    private readonly lifecycle: UserLifecycle,
    private readonly personalData: PersonalData,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.personalData.register('notifications', (user) => this.inboxOf(user));
    this.personalData.register('notification-preferences', async (user) => [
      await this.preferences.view(user),
    ]);
  }

  /** What the two told each other goes, and what is on its way is not sent. */
  async onBlocked(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    const between = {
      $or: [
        { user: blocker, actor: blocked },
        { user: blocked, actor: blocker },
      ],
    };
    await this.notifications.deleteMany(between);
    await this.deliveries.deleteMany({ ...between, status: { $in: ['pending', 'dead'] } });
  }

  /** Last: what ends with an account tells people, its owner among them. */
  async onErased(user: Types.ObjectId): Promise<void> {
    await this.notifications.deleteMany({ user });
    await this.deliveries.deleteMany({ user });
    await this.preferences.forget(user);
  }

  /** What somebody was told, without who did it: that is somebody else. */
  private async *inboxOf(user: Types.ObjectId): AsyncGenerator<object> {
    const rows = this.notifications
      .find({ user }, { kind: 1, subject: 1, readAt: 1, createdAt: 1 })
      .sort({ _id: -1 })
      .lean<Notification[]>()
      .cursor();
    for await (const { _id: id, kind, subject, readAt, createdAt } of rows) {
      yield { id, kind, subject, readAt, createdAt };
    }
  }
}
