import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../../common/auth/actor';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import { Booking } from './schemas/booking.schema';

export type ViewerRole = 'client' | 'owner' | 'moderator';

/** What somebody is to a booking; null for strangers. */
export function viewerOf(actor: Pick<Actor, 'id' | 'role'>, booking: Booking): ViewerRole | null {
  if (booking.client.equals(actor.id)) return 'client';
  if (booking.owner.equals(actor.id)) return 'owner';
  return isStaff(actor) ? 'moderator' : null;
}

/** Decides who may see a booking and act on it. */
@Injectable()
export class BookingAccess {
  constructor(@InjectModel(Booking.name) private readonly bookings: Model<Booking>) {}

  /** @throws DomainError NOT_FOUND for what does not exist and for strangers alike. */
  async see(actor: Actor, id: Types.ObjectId): Promise<{ booking: Booking; viewer: ViewerRole }> {
    const booking = await this.bookings.findById(id).lean<Booking>();
    const viewer = booking && viewerOf(actor, booking);
    if (!booking || !viewer) throw notFound('This booking');
    return { booking, viewer };
  }

  /** @throws DomainError NOT_FOUND for strangers, FORBIDDEN for others who may see it. */
  async seeAs(actor: Actor, id: Types.ObjectId, role: ViewerRole): Promise<Booking> {
    const { booking, viewer } = await this.see(actor, id);
    if (viewer === role) return booking;
    throw new DomainError('FORBIDDEN', `Only the ${role} of this booking can do this.`);
  }
}
