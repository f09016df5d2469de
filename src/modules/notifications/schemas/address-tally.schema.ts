import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** How many messages of one kind went to one address on one day, whoever caused them. */
@Schema({ collection: 'contact_tallies', versionKey: false })
export class AddressTally {
  /** Kind, day and address under our key: the addresses of people without an account are kept nowhere but with their contacts. */
  @Prop({ type: String })
  _id: string;

  @Prop({ required: true })
  count: number;

  @Prop({ type: Date, required: true })
  expiresAt: Date;
}

export const AddressTallySchema = SchemaFactory.createForClass(AddressTally);

AddressTallySchema.index({ expiresAt: 1 }, { name: 'contact_tally_expiry', expireAfterSeconds: 0 });
