import type { ShownPlaceDto } from '../../common/geo/place.dto';
import { toPlace } from '../../common/geo/geo';
import type { Types } from 'mongoose';
import { displayNameIn } from '../users/display-name';
import type { PublicName } from '../users/users.service';
import type {
  HelpMessageDto,
  HelpOfferDto,
  HelpPersonDto,
  HelpRatingDto,
  HelpRequestDto,
  PriceView,
} from './dto/help-request.view.dto';
import type { HelpViewer } from './help-request.access';
import { statusAt } from './help-request.rules';
import { UNDER_WAY } from './help-request.transitions';
import type { HelpMessage } from './schemas/help-message.schema';
import type { HelpOffer } from './schemas/help-offer.schema';
import type { HelpRating } from './schemas/help-rating.schema';
import type { HelpRequest, Price } from './schemas/help-request.schema';

/** Names by hexadecimal id. */
export type People = ReadonlyMap<string, Pick<PublicName, 'displayName' | 'trustScore'>>;

/** A request as a search finds it. */
export type FoundRequest = HelpRequest & { distanceMeters?: number };

/**
 * What one person may see of a request. The exact place is for the requester, moderators, and the chosen helper while it is
 * under way; everybody else sees the centre of the cell, and the distance to it. The threat: somebody who moves a search
 * about, or offers and withdraws, to find a door. Who helps is between the two of them.
 *
 * @param door whether the exact place is shown to who may see it.
 */
export function helpRequestView(
  request: FoundRequest,
  { role, offer }: HelpViewer,
  people: People,
  now: Date,
  door = true,
): HelpRequestDto {
  const owns = role === 'requester' || role === 'moderator';
  const involved = owns || role === 'chosen_helper';
  return {
    id: request._id.toHexString(),
    title: request.title,
    description: request.description,
    category: request.category,
    priority: request.priority,
    status: statusAt(request, now),
    seq: request.seq,
    budget: priceView(request.budget),
    requester: personView(request.requester, people),
    location: locationView(
      request,
      door && (owns || (role === 'chosen_helper' && UNDER_WAY.includes(request.status))),
    ),
    ...(request.distanceMeters === undefined ? {} : { distanceMeters: request.distanceMeters }),
    radiusMeters: request.radiusMeters,
    neededBy: request.neededBy?.toISOString() ?? null,
    offerCount: owns ? request.offerCount : null,
    helper: involved && request.chosenHelper ? personView(request.chosenHelper, people) : null,
    chosenOfferId: involved ? (request.chosenOffer?.toHexString() ?? null) : null,
    doneAt: involved ? (request.doneAt?.toISOString() ?? null) : null,
    completionDueAt: involved ? (request.completionDueAt?.toISOString() ?? null) : null,
    paidAt: involved ? (request.paidAt?.toISOString() ?? null) : null,
    cancelReason: involved ? request.cancelReason : null,
    viewer: {
      role,
      offerId: offer?._id.toHexString() ?? null,
      offerStatus: offer?.status ?? null,
    },
    createdAt: request.createdAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    endedAt: request.endedAt?.toISOString() ?? null,
    ...(request.removedAt ? { removedAt: request.removedAt.toISOString() } : {}),
  };
}

/** Everybody whose name a view of these requests may need. */
export function peopleIn(requests: HelpRequest[]): Types.ObjectId[] {
  return requests.flatMap(({ requester, chosenHelper }) => [
    requester,
    ...(chosenHelper ? [chosenHelper] : []),
  ]);
}

function locationView({ location, cell }: HelpRequest, exact: boolean): ShownPlaceDto {
  // The exact place of an erased account is gone.
  if (exact && location) return { ...toPlace(location), precision: 'exact' };
  return { ...toPlace(cell), precision: 'coarse' };
}

export function priceView(price: Price | null): PriceView | null {
  return price && { ...price };
}

export function personView(id: Types.ObjectId, people: People): HelpPersonDto {
  const hex = id.toHexString();
  const person = people.get(hex);
  return {
    id: hex,
    displayName: displayNameIn(people, hex),
    trustScore: person?.trustScore ?? 0,
  };
}

export function offerView(offer: HelpOffer, people: People): HelpOfferDto {
  return {
    id: offer._id.toHexString(),
    requestId: offer.request.toHexString(),
    helper: personView(offer.helper, people),
    message: offer.message,
    price: priceView(offer.price),
    status: offer.status,
    createdAt: offer.createdAt.toISOString(),
    updatedAt: offer.updatedAt.toISOString(),
  };
}

export function messageView(message: HelpMessage, people: People): HelpMessageDto {
  const { id, displayName } = personView(message.sender, people);
  return {
    id: message._id.toHexString(),
    requestId: message.request.toHexString(),
    offerId: message.offer.toHexString(),
    sender: { id, role: message.senderRole, displayName },
    text: message.text,
    clientId: message.clientId ?? null,
    createdAt: message.createdAt.toISOString(),
  };
}

export function ratingView(rating: HelpRating, people: People): HelpRatingDto {
  return {
    id: rating._id.toHexString(),
    requestId: rating.request.toHexString(),
    rater: personView(rating.rater, people),
    raterRole: rating.raterRole,
    rated: personView(rating.rated, people),
    rating: rating.rating,
    text: rating.text,
    createdAt: rating.createdAt.toISOString(),
  };
}
