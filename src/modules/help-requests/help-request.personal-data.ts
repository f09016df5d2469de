import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { HelpMessage } from './schemas/help-message.schema';
import { HelpOffer } from './schemas/help-offer.schema';
import { HelpRating } from './schemas/help-rating.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** What somebody asked for, offered, wrote and rated, for the archive of their data. */
@Injectable()
export class HelpRequestPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    @InjectModel(HelpMessage.name) private readonly messages: Model<HelpMessage>,
    @InjectModel(HelpRating.name) private readonly ratings: Model<HelpRating>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('help-requests', (requester) =>
      toldOneByOne(this.requests.find({ requester }).lean<HelpRequest[]>().cursor(), asked),
    );
    this.data.register('help-offers', (helper) =>
      toldOneByOne(this.offers.find({ helper }).lean<HelpOffer[]>().cursor(), (offer) => ({
        id: offer._id,
        requestId: offer.request,
        message: offer.message,
        price: offer.price,
        status: offer.status,
        createdAt: offer.createdAt,
        acceptedAt: offer.acceptedAt,
      })),
    );
    this.data.register('help-messages', (sender) =>
      toldOneByOne(this.messages.find({ sender }).lean<HelpMessage[]>().cursor(), (message) => ({
        id: message._id,
        requestId: message.request,
        text: message.text,
        createdAt: message.createdAt,
      })),
    );
    this.data.register('help-ratings', (rater) =>
      toldOneByOne(this.ratings.find({ rater }).lean<HelpRating[]>().cursor(), (rating) => ({
        id: rating._id,
        requestId: rating.request,
        rating: rating.rating,
        text: rating.text,
        createdAt: rating.createdAt,
      })),
    );
  }
}

function asked(request: HelpRequest): object {
  const { endedBy, requester } = request;
  return {
    id: request._id,
    title: request.title,
    description: request.description,
    category: request.category,
    priority: request.priority,
    budget: request.budget,
    location: request.location && toPlace(request.location),
    radiusMeters: request.radiusMeters,
    neededBy: request.neededBy,
    status: request.status,
    offers: request.offerCount,
    cancelReason: endedBy?.equals(requester) ? request.cancelReason : null,
    createdAt: request.createdAt,
    expiresAt: request.expiresAt,
    endedAt: request.endedAt,
    removedAt: request.removedAt,
  };
}
