import { ShownPlaceDto } from '../../../../common/geo/place.dto';
import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_ID, EXAMPLE_TIME, SkillPricingDto } from '../../dto/skill.view.dto';
import { SKILL_CATEGORIES, type SkillCategory } from '../../schemas/skill.schema';
import { BOOKING_STATUSES, type BookingStatus } from '../booking.transitions';

export class BookedSkillDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ example: 'Maths for grades 5 to 10' })
  title: string;

  @ApiProperty({ enum: SKILL_CATEGORIES, example: 'tutoring' })
  category: SkillCategory;
}

export class BookingPersonDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ example: 'Mira K.' })
  displayName: string;
}

export class BookingPriceDto extends SkillPricingDto {
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 3750,
    description: 'Minor units for the whole booking; null where it is to be talked about.',
  })
  totalMinor: number | null;
}

/** A booking as one of its two people, or a moderator, may see it. */
export class BookingDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ enum: BOOKING_STATUSES, example: 'accepted' })
  status: BookingStatus;

  @ApiProperty({ example: 2, description: 'Number of its last event; the highest is the newest.' })
  seq: number;

  @ApiProperty({ type: BookedSkillDto })
  skill: BookedSkillDto;

  @ApiProperty({
    type: BookingPersonDto,
    nullable: true,
    description: 'Null where one of the two has blocked the other.',
  })
  owner: BookingPersonDto | null;

  @ApiProperty({ type: BookingPersonDto, nullable: true, description: 'As `owner`.' })
  client: BookingPersonDto | null;

  @ApiProperty({ enum: ['client', 'owner', 'moderator'], example: 'client' })
  viewerRole: 'client' | 'owner' | 'moderator';

  @ApiProperty({ example: '2026-12-01T16:30:00.000Z' })
  startsAt: string;

  @ApiProperty({ example: '2026-12-01T18:00:00.000Z', description: 'Not included.' })
  endsAt: string;

  @ApiProperty({
    example: true,
    description:
      'Whether all of it lay inside the availability of the listing when it was asked for; outside it the owner decides.',
  })
  insideAvailability: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'Fractions, and a test on Friday.' })
  note: string | null;

  @ApiProperty({
    type: BookingPriceDto,
    description: 'As it was when the booking was asked for, whatever the listing says now.',
  })
  price: BookingPriceDto;

  @ApiProperty({
    type: ShownPlaceDto,
    nullable: true,
    description:
      'Of the listing. Exact while the booking is accepted, for its two people. Null for a client once it has ended and they ' +
      'could not see the listing either.',
  })
  location: ShownPlaceDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'When the system ends it unless somebody does before; null once it has ended.',
  })
  dueAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'What the person who declined or cancelled it wrote.',
  })
  reason: string | null;

  @ApiProperty({
    enum: ['client', 'owner', 'listing_removed', 'system'],
    nullable: true,
    example: null,
    description: 'Who or what ended it; null while it is open.',
  })
  endedBy: 'client' | 'owner' | 'listing_removed' | 'system' | null;

  @ApiProperty({ example: EXAMPLE_TIME })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, example: EXAMPLE_TIME })
  acceptedAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  endedAt: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reviewedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'When the client paid it by POST /payments/intents; null once all was given back.',
  })
  paidAt: string | null;
}
