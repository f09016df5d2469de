import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { EventRecord } from '../../events/schemas/event.schema';
import { PersonalDelivery } from '../../sockets/personal-delivery';
import { InboxService } from './inbox.service';

/** Brings what comes into an inbox, and what was read in it, to its owner's open connections. */
@Injectable()
export class InboxDelivery implements OnModuleInit {
  constructor(
    private readonly delivery: PersonalDelivery,
    private readonly inbox: InboxService,
  ) {}

  onModuleInit(): void {
    this.delivery.register('notification', ({ type, subject, data }, viewer) =>
      type === 'notification.created' ? this.inbox.view(viewer, subject) : this.read(data, viewer),
    );
  }

  /** The count is of now: whoever hears of two reads last hears what is left after both. */
  private async read(data: EventRecord['data'], viewer: Types.ObjectId): Promise<object> {
    return { ids: data.ids, unread: (await this.inbox.unread(viewer)).count };
  }
}
