import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { GeoPoint } from '../../../common/geo/geo';

export type PositionRole = 'requester' | 'helper';

/**
 * The latest place of one participant. The id says of which emergency, whose and in which role, because a change in the
 * change stream carries the id and the changed fields alone.
 */
@Schema({ collection: 'positions', versionKey: false })
export class Position {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: Types.ObjectId, required: true })
  emergency: Types.ObjectId;

  @Prop({ type: Object, required: true })
  point: GeoPoint;

  @Prop({ type: Number, default: null })
  accuracyMeters: number | null;

  @Prop({ type: Date, required: true })
  updatedAt: Date;
}

export const PositionSchema = SchemaFactory.createForClass(Position);

/** Positions are ephemeral: gone an hour after the last one, and at the end of the emergency. */
const KEPT_SECONDS = 60 * 60;
PositionSchema.index({ updatedAt: 1 }, { name: 'position_ttl', expireAfterSeconds: KEPT_SECONDS });
PositionSchema.index({ emergency: 1 }, { name: 'position_by_emergency' });

export function positionId(
  emergency: Types.ObjectId,
  user: Types.ObjectId,
  role: PositionRole,
): string {
  return `${emergency.toHexString()}:${user.toHexString()}:${role}`;
}

export function parsePositionId(id: string): {
  emergencyId: string;
  userId: string;
  role: PositionRole;
} {
  const [emergencyId = '', userId = '', role = ''] = id.split(':');
  return { emergencyId, userId, role: role === 'requester' ? 'requester' : 'helper' };
}
