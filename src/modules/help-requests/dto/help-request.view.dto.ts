import { ShownPlaceDto } from '../../../common/geo/place.dto';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MoneyDto } from '../../../common/money/money.dto';
import {
  HELP_OFFER_STATUSES,
  HELP_REQUEST_STATUSES,
  type HelpOfferStatus,
  type HelpRequestStatus,
} from '../help-request.transitions';
import {
  HELP_CATEGORIES,
  HELP_PRIORITIES,
  type HelpCategory,
  type HelpPriority,
} from '../schemas/help-request.schema';

const ID = '6561f0a4c2b6a1d2e3f40516';
const TIME = '2026-11-22T10:15:30.000Z';

export class HelpPersonDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: 'Mira K.', description: '"Deleted account" once it is erased.' })
  displayName: string;

  @ApiProperty({ example: 500, description: '0 to 1000.' })
  trustScore: number;
}

export class PriceView extends MoneyDto {
  @ApiProperty({ example: true })
  negotiable: boolean;
}

export const HELP_VIEWER_ROLES = [
  'requester',
  'chosen_helper',
  'moderator',
  'helper',
  'visitor',
] as const;
export type HelpViewerRole = (typeof HELP_VIEWER_ROLES)[number];

export class HelpViewerDto {
  @ApiProperty({
    enum: HELP_VIEWER_ROLES,
    example: 'visitor',
    description: '`helper`: you have offered; `chosen_helper`: your offer is the accepted one.',
  })
  role: HelpViewerRole;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Your offer.' })
  offerId: string | null;

  @ApiProperty({ enum: HELP_OFFER_STATUSES, nullable: true, example: null })
  offerStatus: HelpOfferStatus | null;
}

/** A request for help, as its viewer may see it. */
export class HelpRequestDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: 'Carry a sofa to the third floor' })
  title: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Two seats, about 60 kg, no lift.',
    description: "Null once the requester's account is erased.",
  })
  description: string | null;

  @ApiProperty({ enum: HELP_CATEGORIES, example: 'moving' })
  category: HelpCategory;

  @ApiProperty({ enum: HELP_PRIORITIES, example: 'normal' })
  priority: HelpPriority;

  @ApiProperty({ enum: HELP_REQUEST_STATUSES, example: 'open' })
  status: HelpRequestStatus;

  @ApiProperty({ example: 1, description: 'Number of the last event of its timeline.' })
  seq: number;

  @ApiProperty({ type: PriceView, nullable: true })
  budget: PriceView | null;

  @ApiProperty({ type: HelpPersonDto })
  requester: HelpPersonDto;

  @ApiProperty({
    type: ShownPlaceDto,
    description: 'Exact for the requester, the chosen helper until the end, and moderators.',
  })
  location: ShownPlaceDto;

  @ApiPropertyOptional({
    example: 1200,
    description:
      'In searches with a place: metres to the centre of the cell, rounded to 100 m, whoever asks.',
  })
  distanceMeters?: number;

  @ApiProperty({ example: 5000, description: 'Metres from which helpers are looked for.' })
  radiusMeters: number;

  @ApiProperty({ type: String, nullable: true, example: '2027-01-15T16:00:00.000Z' })
  neededBy: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 3,
    description: 'How many have offered so far; for the requester and moderators.',
  })
  offerCount: number | null;

  @ApiProperty({
    type: HelpPersonDto,
    nullable: true,
    description: 'The chosen helper; for the requester, the helper themselves and moderators.',
  })
  helper: HelpPersonDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The accepted offer; for the same three.',
  })
  chosenOfferId: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'When the helper said done; for the same three.',
  })
  doneAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'When it completes by itself unless the requester objects; for the same three.',
  })
  completionDueAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description:
      'When the requester paid the accepted offer by POST /payments/intents; null once all was given back; for the same three.',
  })
  paidAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'What the requester wrote on cancelling; for the same three.',
  })
  cancelReason: string | null;

  @ApiProperty({ type: HelpViewerDto })
  viewer: HelpViewerDto;

  @ApiProperty({ example: TIME })
  createdAt: string;

  @ApiProperty({ example: '2026-11-29T10:15:30.000Z' })
  expiresAt: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  endedAt: string | null;

  @ApiPropertyOptional({
    type: String,
    example: TIME,
    description: 'When it was taken away; for moderators, who alone see such requests.',
  })
  removedAt?: string;
}

/** An offer, for the requester and the helper who made it. */
export class HelpOfferDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: ID })
  requestId: string;

  @ApiProperty({ type: HelpPersonDto })
  helper: HelpPersonDto;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'I have a van and can come on Saturday.',
    description: "Null once the helper's account is erased.",
  })
  message: string | null;

  @ApiProperty({ type: PriceView, nullable: true })
  price: PriceView | null;

  @ApiProperty({
    enum: HELP_OFFER_STATUSES,
    example: 'open',
    description: '`closed`: the request ended without it.',
  })
  status: HelpOfferStatus;

  @ApiProperty({ example: TIME })
  createdAt: string;

  @ApiProperty({ example: TIME })
  updatedAt: string;
}

class HelpSenderDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ enum: ['requester', 'helper'], example: 'helper' })
  role: 'requester' | 'helper';

  @ApiProperty({ example: 'Jonas R.' })
  displayName: string;
}

/** A message of the thread of an offer. */
export class HelpMessageDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: ID })
  requestId: string;

  @ApiProperty({ example: ID })
  offerId: string;

  @ApiProperty({ type: HelpSenderDto })
  sender: HelpSenderDto;

  @ApiProperty({ example: 'Is Saturday at ten all right?' })
  text: string;

  @ApiProperty({ type: String, nullable: true, example: 'b0f3e0de-2f0a-4a1c-8c6e-0b8d7c6a5f42' })
  clientId: string | null;

  @ApiProperty({ example: TIME })
  createdAt: string;
}

/** How one side found the other. */
export class HelpRatingDto {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: ID })
  requestId: string;

  @ApiProperty({ type: HelpPersonDto })
  rater: HelpPersonDto;

  @ApiProperty({ enum: ['requester', 'helper'], example: 'requester' })
  raterRole: 'requester' | 'helper';

  @ApiProperty({ type: HelpPersonDto })
  rated: HelpPersonDto;

  @ApiProperty({ minimum: 1, maximum: 5, example: 5 })
  rating: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Careful and on time.',
    description: "Null where nothing was written, and once the rater's account is erased.",
  })
  text: string | null;

  @ApiProperty({ example: TIME })
  createdAt: string;
}
