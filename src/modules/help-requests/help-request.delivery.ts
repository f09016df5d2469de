import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { EventRecord } from '../events/schemas/event.schema';
import { PersonalDelivery } from '../sockets/personal-delivery';
import { BlockedPeople } from '../users/blocked-people';
import { UsersService } from '../users/users.service';
import { eventData, peopleInEvent } from './events/help-request-event.view';
import type { HelpRequestEventData, HelpRequestEventType } from './events/help-request-events';
import { HelpRequestQueries } from './help-request.queries';
import { messageView, ratingView } from './help-request.view';
import { HelpMessage } from './schemas/help-message.schema';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRating } from './schemas/help-rating.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** Events that bring what one wrote to the other: no words pass between blocked people. */
const WORDS: readonly string[] = [
  'help_offer.created',
  'help_message.created',
  'help_rating.created',
] satisfies HelpRequestEventType[];

/** Brings the committed events of help requests to the sockets of those they concern. */
@Injectable()
export class HelpRequestDelivery implements OnModuleInit {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    @InjectModel(HelpMessage.name) private readonly messages: Model<HelpMessage>,
    @InjectModel(HelpRating.name) private readonly ratings: Model<HelpRating>,
    private readonly delivery: PersonalDelivery,
    private readonly queries: HelpRequestQueries,
    private readonly users: UsersService,
    private readonly blocked: BlockedPeople,
  ) {}

  onModuleInit(): void {
    this.delivery.register('help_request', (event, viewer) => this.payload(event, viewer));
  }

  /** Whether there is a block between who did it and who would be told. */
  private async areApart({ actor: { id } }: EventRecord, viewer: Types.ObjectId): Promise<boolean> {
    return id !== null && !id.equals(viewer) && this.blocked.between(id, viewer);
  }

  /** What one person is told of an event. Offers, messages and ratings go to their two people alone. */
  private async payload(event: EventRecord, viewer: Types.ObjectId): Promise<unknown> {
    if (WORDS.includes(event.type) && (await this.areApart(event, viewer))) return null;
    switch (event.type as HelpRequestEventType) {
      case 'help_offer.created':
      case 'help_offer.declined':
      case 'help_offer.withdrawn': {
        const { offer } = event.data as unknown as HelpRequestEventData['help_offer.created'];
        const found = await this.offers.findById(offer).lean<HelpOffer>();
        return found && this.queries.showOffer(found);
      }
      case 'help_message.created': {
        const { message } = event.data as unknown as HelpRequestEventData['help_message.created'];
        const found = await this.messages.findById(message).lean<HelpMessage>();
        return found && messageView(found, await this.users.publicNames([found.sender]));
      }
      case 'help_rating.created': {
        const { rating } = event.data as unknown as HelpRequestEventData['help_rating.created'];
        const found = await this.ratings.findById(rating).lean<HelpRating>();
        return found && ratingView(found, await this.users.publicNames([found.rater, found.rated]));
      }
      default: {
        const request = await this.requests
          .findById(event.subject, { requester: 1 })
          .lean<HelpRequest>();
        return eventData(event, {
          id: viewer,
          knowsHelpers: request?.requester.equals(viewer) ?? false,
          people: await this.users.publicNames(peopleInEvent(event)),
        });
      }
    }
  }
}
