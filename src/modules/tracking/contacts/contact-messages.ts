import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Types } from 'mongoose';
import { type Composed, Composers } from '../../notifications/deliveries/composers';
import { DeliveryRecords } from '../../notifications/deliveries/delivery-records';
import type { Delivery } from '../../notifications/schemas/delivery.schema';
import { ALARM, ALL_CLEAR } from '../../emergencies/contact-jobs';
import { TrackedEmergencies, type TrackedEmergency } from '../../emergencies/tracked-emergencies';
import { ContactPoints } from '../../users/contact-points';
import { TrackingService } from '../tracking.service';
import { alarmText, allClearText, type ContactText } from './contact-texts';

/** Names the message of one kind to one contact by one channel. */
export const messageKey = (
  kind: string,
  emergency: Types.ObjectId,
  contact: Types.ObjectId,
  channel: string,
): string => [kind, emergency.toHexString(), contact.toHexString(), channel].join(':');

const WHY =
  'You get this because somebody gave AllyNet your address as that of their emergency contact. If you know nobody who would, ' +
  'ignore it.';

/** Writes what emergency contacts are told, when it goes out: to where they are reached then, if they are contacts still. */
@Injectable()
export class ContactMessages implements OnModuleInit {
  constructor(
    private readonly composers: Composers,
    private readonly records: DeliveryRecords,
    private readonly emergencies: TrackedEmergencies,
    private readonly people: ContactPoints,
    private readonly tracking: TrackingService,
  ) {}

  onModuleInit(): void {
    this.composers.register(ALARM, (delivery) => this.alarm(delivery));
    this.composers.register(ALL_CLEAR, (delivery) => this.allClear(delivery));
  }

  /** Not when it is over already. */
  private async alarm(delivery: Delivery): Promise<Composed | null> {
    const emergency = await this.emergencies.find(delivery.subject.id);
    if (!emergency?.live) return null;
    const contact = contactOf(delivery);
    const link = this.tracking.link(delivery.subject.id, emergency.createdAt, contact);
    return this.compose(delivery, emergency, (name) => alarmText(name, emergency.silent, link));
  }

  /** To whom the alarm went out alone. While it is on its way still, this is tried again later. */
  private async allClear(delivery: Delivery): Promise<Composed | null> {
    const emergency = await this.emergencies.find(delivery.subject.id);
    if (!emergency || emergency.live) return null;
    const { subject, channel } = delivery;
    const alarm = await this.records.byKey(
      messageKey(ALARM, subject.id, contactOf(delivery), channel),
    );
    if (alarm?.status === 'pending') throw new Error('The alarm has not gone out yet');
    if (alarm?.status !== 'sent') return null;
    return this.compose(delivery, emergency, (name) =>
      allClearText(name, emergency.status === 'cancelled'),
    );
  }

  private async compose(
    delivery: Delivery,
    { requester, anonymous }: TrackedEmergency,
    write: (name: string | null) => ContactText,
  ): Promise<Composed | null> {
    const owner = await this.people.ownContacts(requester);
    const contact = owner?.contacts.find(({ _id }) => _id.equals(contactOf(delivery)));
    if (!owner || !contact) return null;
    const { subject, lines } = write(anonymous ? null : owner.displayName);
    if (delivery.channel === 'email' && contact.email) {
      return { to: contact.email, content: { subject, text: [...lines, '', WHY].join('\n') } };
    }
    if (delivery.channel === 'sms' && contact.phone) {
      return { to: contact.phone, content: { text: lines.join('\n') } };
    }
    return null;
  }
}

function contactOf({ params }: Delivery): Types.ObjectId {
  return params.contact instanceof Types.ObjectId
    ? params.contact
    : new Types.ObjectId(String(params.contact));
}
