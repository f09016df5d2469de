import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** How many alarms went to one address on one day, whoever raised them. */
@Schema({ collection: 'contact_tallies', versionKey: false })
export class ContactTally {
  /** Day and address under our key: the addresses of people without an account are kept nowhere but with their contacts. */
  @Prop({ type: String })
  _id: string;

  @Prop({ required: true })
  count: number;

  @Prop({ type: Date, required: true })
  expiresAt: Date;
}

export const ContactTallySchema = SchemaFactory.createForClass(ContactTally);

ContactTallySchema.index({ expiresAt: 1 }, { name: 'contact_tally_expiry', expireAfterSeconds: 0 });
