import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export const DEVICE_ENDPOINT_INDEX = 'device_endpoint';

/** Where one browser or app of somebody takes pushes. */
@Schema({ collection: 'devices', versionKey: false })
export class Device {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  /** The log-in that registered it; it goes when that one is ended. */
  @Prop({ type: Types.ObjectId, required: true })
  session: Types.ObjectId;

  @Prop({ required: true })
  endpoint: string;

  /** With these anybody could write pushes that the device believes are ours; they are shown to nobody. */
  @Prop({ type: Object, required: true })
  keys: { p256dh: string; auth: string };

  @Prop({ type: String, default: null })
  name: string | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const DeviceSchema = SchemaFactory.createForClass(Device);

// A device that changes hands belongs to the last who registered it.
DeviceSchema.index({ endpoint: 1 }, { name: DEVICE_ENDPOINT_INDEX, unique: true });
// The list of one's devices, newest first; where to push; erasure.
DeviceSchema.index({ user: 1, _id: -1 }, { name: 'device_of_user' });
// Logging out.
DeviceSchema.index({ session: 1 }, { name: 'device_of_session' });
