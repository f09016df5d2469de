import { Injectable, type OnModuleInit } from '@nestjs/common';
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
      type === 'notification.created' ? this.inbox.view(viewer, subject) : Promise.resolve(data),
    );
  }
}
