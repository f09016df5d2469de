import type { ShownPlaceDto } from '../../common/geo/place.dto';
import type { Types } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import type { PublicName } from '../users/users.service';
import type { SkillDto, SkillOwnerDto, SkillRatingDto } from './dto/skill.view.dto';
import { pricingView } from './pricing';
import type { Skill } from './schemas/skill.schema';

export type People = Map<string, PublicName>;

export interface SkillViewOptions {
  people: People;
  /** The owner sees their own door; everybody else the cell. */
  precision: ShownPlaceDto['precision'];
  distanceMeters?: number | null;
}

/** A listing, built field by field for whoever may see it so. */
export function skillView(
  skill: Skill,
  { people, precision, distanceMeters = null }: SkillViewOptions,
): SkillDto {
  return {
    id: skill._id.toHexString(),
    owner: ownerView(skill.owner, people),
    title: skill.title,
    category: skill.category,
    description: skill.description,
    tags: skill.tags,
    pricing: pricingView(skill.pricing),
    availability: {
      timeZone: skill.availability.timeZone,
      slots: skill.availability.slots.map(({ day, from, to }) => ({ day, from, to })),
    },
    location: placeView(skill, precision),
    serviceRadiusMeters: skill.serviceRadiusMeters,
    distanceMeters,
    rating: ratingView(skill),
    status: skill.status,
    removed: skill.removed,
    createdAt: skill.createdAt.toISOString(),
    updatedAt: skill.updatedAt.toISOString(),
  };
}

/** Where a listing is, as exactly as somebody may know it. */
export function placeView(
  { location, cell }: Pick<Skill, 'location' | 'cell'>,
  precision: ShownPlaceDto['precision'],
): ShownPlaceDto | null {
  const point = precision === 'exact' ? location : cell;
  return point && { ...toPlace(point), precision };
}

function ratingView({ rating, ratingCount }: Skill): SkillRatingDto {
  const average = ratingCount === 0 ? null : Math.round(rating * 100) / 100;
  return { average, count: ratingCount };
}

function ownerView(owner: Types.ObjectId, people: People): SkillOwnerDto {
  const id = owner.toHexString();
  const person = people.get(id);
  return { id, displayName: person?.displayName ?? '', trustScore: person?.trustScore ?? 0 };
}
