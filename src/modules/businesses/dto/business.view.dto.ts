import { ApiProperty } from '@nestjs/swagger';
import { DatedHoursDto, WeeklyHoursDto } from '../../../common/time/weekly-hours.dto';
import { BUSINESS_CATEGORIES, type BusinessCategory } from '../schemas/business.schema';
import { PromotionView } from './promotion.view.dto';

export const VIEWER_ROLES = ['owner', 'manager', 'moderator', 'visitor'] as const;
export type ViewerRole = (typeof VIEWER_ROLES)[number];

export class BusinessPersonView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40517' })
  id: string;

  @ApiProperty({ example: 'Jonas R.' })
  displayName: string;
}

export class BusinessContactView {
  @ApiProperty({ type: String, nullable: true, example: '+4930123456' })
  phone: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'hello@example.org' })
  email: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://bakery.example.org' })
  website: string | null;
}

export class ShopPlaceView {
  @ApiProperty({ example: 52.52, description: 'Degrees, WGS 84.' })
  latitude: number;

  @ApiProperty({ example: 13.405, description: 'Degrees, WGS 84.' })
  longitude: number;
}

export class OpeningHoursView extends WeeklyHoursDto {
  @ApiProperty({ type: [DatedHoursDto], description: 'No slots: closed on that date.' })
  exceptions: DatedHoursDto[];
}

/** A business as the viewer may see it. */
export class BusinessDto {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  id: string;

  @ApiProperty({ example: 'Bakery at the Corner' })
  name: string;

  @ApiProperty({ enum: BUSINESS_CATEGORIES, example: 'restaurant' })
  category: BusinessCategory;

  @ApiProperty({ example: 'Bread and cakes from our own oven.' })
  description: string;

  @ApiProperty({ type: BusinessContactView })
  contact: BusinessContactView;

  @ApiProperty({ type: ShopPlaceView, description: 'Exact.' })
  location: ShopPlaceView;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 340,
    description: 'Metres from where you searched; null where you named no place.',
  })
  distanceMeters: number | null;

  @ApiProperty({ type: OpeningHoursView, nullable: true, description: 'Null: not said.' })
  openingHours: OpeningHoursView | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: true,
    description: 'By its own clock; null where no hours are said.',
  })
  openNow: boolean | null;

  @ApiProperty({ example: true, description: 'A moderator checked name, category and place.' })
  verified: boolean;

  @ApiProperty({ example: 1, description: 'Goes up when name, category or place change.' })
  revision: number;

  @ApiProperty({ type: BusinessPersonView })
  owner: BusinessPersonView;

  @ApiProperty({
    type: [BusinessPersonView],
    nullable: true,
    description: 'For owner, managers and staff, else null.',
  })
  managers: BusinessPersonView[] | null;

  @ApiProperty({
    type: [PromotionView],
    description: 'Running ones; for owner, managers and staff all that are kept.',
  })
  promotions: PromotionView[];

  @ApiProperty({ enum: VIEWER_ROLES, example: 'visitor', description: 'What you are to it.' })
  viewerRole: ViewerRole;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  createdAt: string;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  updatedAt: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'When it was removed: staff alone see one that was.',
  })
  removedAt: string | null;
}
