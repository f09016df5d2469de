import { isListed } from '../skill.directory';
import { placeView, type People } from '../skill.view';
import type { Skill } from '../schemas/skill.schema';
import type { ViewerRole } from './booking.access';
import type { BookingDto, BookingPersonDto } from './dto/booking.view.dto';
import type { Booking } from './schemas/booking.schema';

export interface BookingViewOptions {
  viewer: ViewerRole;
  skill: Skill | undefined;
  people: People;
  /** One of the two has blocked the other: the viewer sees themselves alone. */
  apart: boolean;
}

/** A booking, built field by field for who sees it. */
export function bookingView(
  booking: Booking,
  { viewer, skill, people, apart }: BookingViewOptions,
): BookingDto {
  const person = (role: 'owner' | 'client'): BookingPersonDto | null => {
    if (apart && viewer !== role && viewer !== 'moderator') return null;
    const id = booking[role].toHexString();
    return { id, displayName: people.get(id)?.displayName ?? '' };
  };
  return {
    id: booking._id.toHexString(),
    status: booking.status,
    seq: booking.seq,
    skill: {
      id: booking.skill.toHexString(),
      title: skill?.title ?? '',
      category: skill?.category ?? 'other',
    },
    owner: person('owner'),
    client: person('client'),
    viewerRole: viewer,
    startsAt: booking.startsAt.toISOString(),
    endsAt: booking.endsAt.toISOString(),
    insideAvailability: booking.insideAvailability,
    note: booking.note,
    price: { ...booking.price },
    location: skill ? place(booking, skill, viewer, apart) : null,
    dueAt: booking.dueAt?.toISOString() ?? null,
    reason: booking.reason,
    endedBy: endedBy(booking),
    createdAt: booking.createdAt.toISOString(),
    acceptedAt: booking.acceptedAt?.toISOString() ?? null,
    endedAt: booking.endedAt?.toISOString() ?? null,
    reviewedAt: booking.reviewedAt?.toISOString() ?? null,
    paidAt: booking.paidAt?.toISOString() ?? null,
  };
}

/**
 * Where the listing is now. Exact only while the booking is to take place. The threat: the owner moves, and somebody who came
 * once, or whom they have blocked since, follows them. So of an ended booking the client sees no more than in the listing.
 */
function place(
  { status, open }: Booking,
  skill: Skill,
  viewer: ViewerRole,
  apart: boolean,
): BookingDto['location'] {
  if (viewer === 'client' && (apart || !(open || isListed(skill)))) return null;
  const exact = status === 'accepted' && viewer !== 'moderator';
  return placeView(skill, exact ? 'exact' : 'coarse');
}

/**
 * That it was a block, a suspension or a deleted account stays between the operators and whoever did it. The threat: revenge
 * on the one who blocked.
 */
function endedBy(booking: Booking): BookingDto['endedBy'] {
  if (booking.endedAt === null) return null;
  if (booking.endedBy?.equals(booking.client)) return 'client';
  if (booking.endedBy?.equals(booking.owner)) return 'owner';
  return booking.revokedBecause === 'removed' ? 'listing_removed' : 'system';
}
