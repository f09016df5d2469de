import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/**
 * A file that is to be deleted at a time, unless it is kept before. It stands before the file does and outlives it, so that no
 * crash leaves a file that nobody knows of.
 */
@Schema({ collection: 'file_deletions', versionKey: false })
export class FileDeletion {
  /** The key of the file. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: Date, required: true })
  dueAt: Date;

  /** A node has begun: it is too late to keep the file. */
  @Prop({ type: Boolean, default: false })
  begun: boolean;
}

export const FileDeletionSchema = SchemaFactory.createForClass(FileDeletion);

// What the sweeper deletes.
FileDeletionSchema.index({ dueAt: 1 }, { name: 'file_deletion_due' });
