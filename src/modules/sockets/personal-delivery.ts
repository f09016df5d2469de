import { Injectable, Logger } from '@nestjs/common';
import type { Types } from 'mongoose';
import { EventRelay } from '../events/event-relay';
import type { EventKind, EventRecord } from '../events/schemas/event.schema';
import { socketEvent } from '../events/socket-event';
import { LiveSockets, userRoom } from './live-sockets';

/**
 * What one person is told of an event. Null: nothing, because they may not see it (any more).
 */
export type PersonalView = (event: EventRecord, viewer: Types.ObjectId) => Promise<unknown>;

/**
 * Brings the committed events of a domain to the people they name, each as that person may see it. For domains whose events
 * concern a few people; who stays with a subject for long, as in an emergency, is better off in a room.
 */
@Injectable()
export class PersonalDelivery {
  private readonly logger = new Logger(PersonalDelivery.name);

  constructor(
    private readonly relay: EventRelay,
    private readonly sockets: LiveSockets,
  ) {}

  /** To be called once for each kind, in `onModuleInit`. */
  register(kind: EventKind, view: PersonalView): void {
    this.relay.register(kind, {
      onEvent: (event) => this.tell(event, view),
      // Everybody connected is told to sync (EmergencyDelivery); nothing of this kind is kept here that could be wrong.
      onGap: () => Promise.resolve(),
    });
  }

  private async tell(event: EventRecord, view: PersonalView): Promise<void> {
    for (const viewer of event.audience.users) {
      try {
        await this.tellOne(event, viewer, view);
      } catch (error) {
        // Whom it cannot be shown to finds out by a gap in seq; the others must hear of it all the same.
        this.logger.error(error);
      }
    }
  }

  private async tellOne(
    event: EventRecord,
    viewer: Types.ObjectId,
    view: PersonalView,
  ): Promise<void> {
    const room = userRoom(viewer);
    if (!this.sockets.hasMembers(room)) return;
    const data = await view(event, viewer);
    if (data !== null) this.sockets.emit([room], event.type, socketEvent(event, data));
  }
}
