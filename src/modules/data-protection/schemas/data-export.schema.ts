import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { DATA_EXPORT_STATUSES, type DataExportStatus } from '../data-export.transitions';

export const ONE_PENDING_INDEX = 'data_export_one_pending';

/** Somebody asked for an archive of what is kept of them: the job that makes it, then the archive. */
@Schema({ collection: 'data_exports', versionKey: false })
export class DataExport {
  _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  user: Types.ObjectId;

  @Prop({ type: String, enum: DATA_EXPORT_STATUSES, required: true })
  status: DataExportStatus;

  /** How often the status has changed. */
  @Prop({ required: true })
  seq: number;

  /** When a node may begin, or begin again: a claim moves it on, so that one that died is followed by another. */
  @Prop({ type: Date, required: true })
  dueAt: Date;

  /** Who claimed it last: nobody else's archive is taken. */
  @Prop({ type: String, default: null })
  lease: string | null;

  @Prop({ required: true })
  attempts: number;

  /** The key of the stored archive. */
  @Prop({ type: String, default: null })
  file: string | null;

  @Prop({ type: Number, default: null })
  bytes: number | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Date, default: null })
  readyAt: Date | null;

  /** When the archive, and what is known of it, goes. */
  @Prop({ type: Date, required: true })
  expiresAt: Date;
}

export const DataExportSchema = SchemaFactory.createForClass(DataExport);

// One at a time a person, however often they ask at once.
DataExportSchema.index(
  { user: 1 },
  { name: ONE_PENDING_INDEX, unique: true, partialFilterExpression: { status: 'pending' } },
);
// GET /users/me/export, how many somebody asked for today, and erasing.
DataExportSchema.index({ user: 1, _id: -1 }, { name: 'data_export_of_user' });
// The sweeper: what is to be made.
DataExportSchema.index(
  { dueAt: 1 },
  { name: 'data_export_due', partialFilterExpression: { status: 'pending' } },
);
// The sweeper: what goes.
DataExportSchema.index({ expiresAt: 1 }, { name: 'data_export_expiry' });
