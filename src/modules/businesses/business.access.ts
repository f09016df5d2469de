import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { BlockedPeople } from '../users/blocked-people';
import type { ViewerRole } from './dto/business.view.dto';
import { Business, LISTED } from './schemas/business.schema';

export interface SeenBusiness {
  business: Business;
  role: ViewerRole;
}

/** What somebody is to a business. */
export function roleOf(actor: Actor, { owner, managers }: Business): ViewerRole {
  if (owner.equals(actor.id)) return 'owner';
  if (managers.some((manager) => manager.equals(actor.id))) return 'manager';
  return isStaff(actor) ? 'moderator' : 'visitor';
}

/**
 * Who may change a business stands in the filter of the change itself: a manager who is removed at the same instant, or an
 * owner who is suspended, changes nothing any more.
 */
export function ownedBy(actor: Actor): QueryFilter<Business> {
  return { ...LISTED, owner: actor.id };
}

/** As `ownedBy`, for what managers may do too. */
export function runBy(actor: Actor): QueryFilter<Business> {
  return { ...LISTED, $or: [{ owner: actor.id }, { managers: actor.id }] };
}

/** Who may see a business. */
@Injectable()
export class BusinessAccess {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly blocked: BlockedPeople,
  ) {}

  /**
   * Removed ones, those of suspended owners and those of people who are blocked either way are not there for anybody but
   * staff.
   *
   * @throws DomainError NOT_FOUND
   */
  async see(actor: Actor, id: Types.ObjectId): Promise<SeenBusiness> {
    const seen = await this.find(actor, id);
    if (!seen) throw notFound('The business');
    return seen;
  }

  /** As `see`, but null for what is not there. */
  async find(actor: Actor, id: Types.ObjectId): Promise<SeenBusiness | null> {
    const business = await this.businesses.findById(id).lean<Business>();
    if (!business) return null;
    const role = roleOf(actor, business);
    if (isStaff(actor)) return { business, role };
    if (business.status !== LISTED.status || business.ownerHidden) return null;
    const blocked = role === 'visitor' && (await this.blocked.between(actor.id, business.owner));
    return blocked ? null : { business, role };
  }

  /**
   * Why a change was not open to somebody.
   *
   * @param who may: for the sentence.
   * @throws DomainError NOT_FOUND where they may not see the business.
   */
  async refusal(actor: Actor, id: Types.ObjectId, who: string): Promise<DomainError> {
    const { business } = await this.see(actor, id);
    return business.status === 'removed'
      ? new DomainError('INVALID_TRANSITION', 'This business was removed.', { status: 'removed' })
      : new DomainError('FORBIDDEN', `Only ${who} may do this.`);
  }
}
