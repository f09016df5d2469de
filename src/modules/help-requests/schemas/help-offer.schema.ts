import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { HELP_OFFER_STATUSES, type HelpOfferStatus } from '../help-request.transitions';
import type { Price } from './help-request.schema';

export const ONE_OFFER_INDEX = 'help_offer_one_per_helper';

/** Why an offer is withdrawn. `helper`: by their own choice. */
export type WithdrawnBecause = 'helper' | 'blocked' | 'suspended' | 'erased';

/** Somebody offers to help. Whoever offers again after withdrawing has the same row. */
@Schema({ collection: 'help_offers', versionKey: false })
export class HelpOffer {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  request: Types.ObjectId;

  /** The requester of that request. */
  @Prop({ type: Types.ObjectId, required: true })
  requester: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  helper: Types.ObjectId;

  /** Null once the helper's account is erased. */
  @Prop({ type: String, default: null })
  message: string | null;

  @Prop({ type: Object, default: null })
  price: Price | null;

  @Prop({ type: String, enum: HELP_OFFER_STATUSES, required: true })
  status: HelpOfferStatus;

  @Prop({ type: String, default: null })
  withdrawnBecause: WithdrawnBecause | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, required: true })
  updatedAt: Date;

  /** When it was last accepted; stays when the helper withdraws. */
  @Prop({ type: Date, default: null })
  acceptedAt: Date | null;

  /** Written with each message, so that a message excludes what closes the thread. */
  @Prop({ type: Date, default: null })
  lastMessageAt: Date | null;

  /** The last event of the request's timeline that a chosen helper may see, once they have left. */
  @Prop({ type: Number, default: null })
  leftSeq: number | null;
}

export const HelpOfferSchema = SchemaFactory.createForClass(HelpOffer);

// One offer of a helper for a request.
HelpOfferSchema.index({ request: 1, helper: 1 }, { name: ONE_OFFER_INDEX, unique: true });
// GET /help-requests/:id/offers; who is told of a change, and what is closed at the end.
HelpOfferSchema.index({ request: 1, _id: 1 }, { name: 'help_offer_of_request' });
// GET /help-requests/offers; a helper's suspension and erasure.
HelpOfferSchema.index({ helper: 1, _id: -1 }, { name: 'help_offer_of_helper' });
// A block: what two people have between them.
HelpOfferSchema.index({ requester: 1, helper: 1 }, { name: 'help_offer_of_two' });
