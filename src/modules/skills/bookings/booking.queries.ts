import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import {
  NEWEST,
  behindCursor,
  type Page,
  sortBy,
  toSortedPage,
} from '../../../common/http/pagination';
import type { ReplayView } from '../../../common/idempotency/idempotent.decorator';
import { AuditLog } from '../../audit/audit-log';
import { BlockedPeople } from '../../users/blocked-people';
import { UsersService } from '../../users/users.service';
import { SkillDirectory } from '../skill.directory';
import { BookingAccess, viewerOf, type ViewerRole } from './booking.access';
import { bookingView } from './booking.view';
import type { ListBookingsQuery } from './dto/booking.dto';
import type { BookingDto } from './dto/booking.view.dto';
import { Booking } from './schemas/booking.schema';

interface Seen {
  booking: Booking;
  viewer: ViewerRole;
}

/** Reads bookings, each as the caller may see it. */
@Injectable()
export class BookingQueries implements ReplayView {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly access: BookingAccess,
    private readonly skills: SkillDirectory,
    private readonly users: UsersService,
    private readonly blocked: BlockedPeople,
    private readonly audit: AuditLog,
  ) {}

  /** A repeated action shows the booking as it is now: the exact place is not the caller's for ever. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<BookingDto> {
    return this.view(actor, new Types.ObjectId(id));
  }

  /** @throws DomainError NOT_FOUND for strangers. */
  async view(actor: Actor, id: Types.ObjectId): Promise<BookingDto> {
    const seen = await this.access.see(actor, id);
    // What the two wrote to each other.
    if (seen.viewer === 'moderator') await this.audit.access(actor, 'booking.notes', id);
    return this.show(actor.id, seen);
  }

  /** For the sockets of one of the two people; null for somebody else. */
  async viewFor(person: Types.ObjectId, id: Types.ObjectId): Promise<BookingDto | null> {
    const booking = await this.bookings.findById(id).lean<Booking>();
    const viewer = booking && viewerOf({ id: person, role: 'user' }, booking);
    return booking && viewer ? this.show(person, { booking, viewer }) : null;
  }

  /** Those that `actor` asked for or was asked for, newest first. */
  async list(
    actor: Actor,
    { as, status, limit, cursor }: ListBookingsQuery,
  ): Promise<Page<BookingDto>> {
    const theirs = as ? { [as]: actor.id } : { $or: [{ client: actor.id }, { owner: actor.id }] };
    const rows = await this.bookings
      .find({ ...theirs, ...(status ? { status } : {}), ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Booking[]>();
    const page = toSortedPage(NEWEST, rows, limit, (booking) => booking);
    const seen = page.items.flatMap((booking) => {
      const viewer = viewerOf(actor, booking);
      return viewer ? [{ booking, viewer }] : [];
    });
    return { items: await this.views(actor.id, seen), nextCursor: page.nextCursor };
  }

  private async show(viewer: Types.ObjectId, seen: Seen): Promise<BookingDto> {
    const [view] = await this.views(viewer, [seen]);
    if (!view) throw new Error('A view for each booking.');
    return view;
  }

  /** Reads the listings and names that these need, once for all. */
  private async views(person: Types.ObjectId, seen: Seen[]): Promise<BookingDto[]> {
    if (seen.length === 0) return [];
    const bookings = seen.map(({ booking }) => booking);
    const skills = await this.skills.named(bookings.map(({ skill }) => skill));
    const people = await this.users.publicNames(
      bookings.flatMap(({ owner, client }) => [owner, client]),
    );
    const apart = await this.blocked.around(person);
    return seen.map(({ booking, viewer }) =>
      bookingView(booking, {
        viewer,
        skill: skills.get(booking.skill.toHexString()),
        people,
        apart: apart.some((id) => id.equals(booking.owner) || id.equals(booking.client)),
      }),
    );
  }
}
