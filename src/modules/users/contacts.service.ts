import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { DomainError, invalidField, notFound } from '../../common/errors/domain-error';
import type { ContactView } from './dto/contact.view';
import type { CreateContactDto } from './dto/create-contact.dto';
import { type EmergencyContact, User } from './schemas/user.schema';
import { toContactView } from './user.view';

export const MAX_CONTACTS = 10;

/** A user's emergency contacts. */
@Injectable()
export class ContactsService {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  async list(actor: Actor): Promise<ContactView[]> {
    const user = await this.users.findById(actor.id).select('contacts').lean<User>();
    return (user?.contacts ?? []).map(toContactView);
  }

  /**
   * @throws DomainError VALIDATION_FAILED without a way to reach the contact: it would be a false comfort.
   * @throws DomainError CONFLICT when there are ten already.
   */
  async add(actor: Actor, { name, email, phone }: CreateContactDto): Promise<ContactView> {
    if (!email && !phone)
      throw invalidField('phone', 'a contact needs a phone number or an e-mail address');
    const contact: EmergencyContact = {
      _id: new Types.ObjectId(),
      name,
      email: email ?? null,
      phone: phone ?? null,
    };
    // The limit stands in the filter: counting first would let parallel requests past it.
    const { matchedCount } = await this.users.updateOne(
      {
        _id: actor.id,
        status: { $ne: 'erased' },
        [`contacts.${MAX_CONTACTS - 1}`]: { $exists: false },
      },
      { $push: { contacts: contact } },
    );
    if (matchedCount === 0) {
      throw new DomainError(
        'CONFLICT',
        `There are ${MAX_CONTACTS} contacts already. Remove one first.`,
      );
    }
    return toContactView(contact);
  }

  /** @throws DomainError NOT_FOUND */
  async remove(actor: Actor, contact: Types.ObjectId): Promise<void> {
    const { matchedCount } = await this.users.updateOne(
      { _id: actor.id, 'contacts._id': contact },
      { $pull: { contacts: { _id: contact } } },
    );
    if (matchedCount === 0) throw notFound('The contact');
  }
}
