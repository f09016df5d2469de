import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { PROVIDERS, type ProviderName } from '../providers/payment-provider';

export const WEBHOOK_EVENT_INDEX = 'webhook_event_once';

/** `ignored`: nothing of ours changes by it, or it asks for what cannot be. */
export type WebhookOutcome = 'applied' | 'unknown_type' | 'ignored';

/** That an event of a provider was taken, written in the transaction of its effect. */
@Schema({ collection: 'webhook_events', versionKey: false })
export class WebhookEvent {
  _id: Types.ObjectId;

  @Prop({ type: String, enum: PROVIDERS, required: true })
  provider: ProviderName;

  /** The provider's id of the event. */
  @Prop({ required: true })
  eventId: string;

  @Prop({ required: true })
  type: string;

  @Prop({ type: String, required: true })
  outcome: WebhookOutcome;

  @Prop({ type: Date, required: true })
  at: Date;
}

export const WebhookEventSchema = SchemaFactory.createForClass(WebhookEvent);

WebhookEventSchema.index({ provider: 1, eventId: 1 }, { name: WEBHOOK_EVENT_INDEX, unique: true });

/** Providers repeat for days; what comes later than this has no second effect either, as ledger keys stay for ever. */
const KEPT_SECONDS = 90 * 24 * 60 * 60;
WebhookEventSchema.index(
  { at: 1 },
  { name: 'webhook_event_ttl', expireAfterSeconds: KEPT_SECONDS },
);
