import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, QueryFilter, Types } from 'mongoose';
import { type Actor, isStaff } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DEFAULT_TIER, TIERS } from '../../../common/entitlements/tiers';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import { Clock } from '../../../common/time/clock';
import { AuditLog } from '../../audit/audit-log';
import { BusinessAccess, roleOf, runBy } from '../business.access';
import type { CreatePromotionDto, UpdatePromotionDto } from '../dto/promotion.dto';
import { actorOf, BusinessEvents, type BusinessEventType } from '../events/business-events';
import { Business } from '../schemas/business.schema';
import type { Promotion } from '../schemas/promotion.schema';
import { changedPromotion, newPromotion } from './promotion.factory';
import {
  isLive,
  keptPromotions,
  MOST_LIVE_PROMOTIONS,
  mostAtOnce,
  promotionState,
} from './promotion.rules';

/** What a change makes of the promotions of a business. */
interface Change {
  promotions: Promotion[];
  promotion: Promotion;
}

/**
 * Promotions of a business. Each change first writes the one document that holds them all, and then looks: of two that come
 * at the same time, the database lets the second look only at what the first has left.
 */
@Injectable()
export class PromotionsService {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly access: BusinessAccess,
    private readonly audit: AuditLog,
    private readonly events: BusinessEvents,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * By the owner and managers.
   *
   * @returns the id of the promotion.
   * @throws DomainError NOT_FOUND, FORBIDDEN, VALIDATION_FAILED for its period; CONFLICT where more would run at once than
   * the tier allows.
   */
  async create(
    actor: Actor,
    id: Types.ObjectId,
    fields: CreatePromotionDto,
  ): Promise<Types.ObjectId> {
    return this.change(actor, id, runBy(actor), 'promotion_created', (business, now) => {
      const { promotions } = business;
      const promotion = newPromotion(fields, now);
      admit(promotion, business, now);
      return { promotion, promotions: keptPromotions([...promotions, promotion], now) };
    });
  }

  /**
   * By the owner and managers, while it has not ended. Another period is held to the rule of a new one.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, VALIDATION_FAILED, CONFLICT as for a new one; INVALID_TRANSITION for one that
   * ended or was removed.
   */
  async update(
    actor: Actor,
    id: Types.ObjectId,
    promotionId: Types.ObjectId,
    fields: UpdatePromotionDto,
  ): Promise<void> {
    await this.change(actor, id, runBy(actor), 'promotion_updated', (business, now) => {
      const { promotions } = business;
      const before = promotionOf(promotions, promotionId);
      if (!isLive(before, now)) throw over(before, now);
      const promotion = changedPromotion(before, fields, now);
      admit(promotion, business, now);
      return { promotion, promotions: replaced(promotions, promotion) };
    });
  }

  /**
   * By the owner, managers, and staff, whose doing is recorded. It stays with the business for a while, as removed.
   *
   * @throws DomainError NOT_FOUND, also where it was removed before; FORBIDDEN; INVALID_TRANSITION in a removed business.
   */
  async remove(actor: Actor, id: Types.ObjectId, promotionId: Types.ObjectId): Promise<void> {
    const may: QueryFilter<Business> = isStaff(actor) ? { status: 'active' } : runBy(actor);
    await this.change(actor, id, may, 'promotion_removed', ({ promotions }, now) => {
      const before = promotionOf(promotions, promotionId);
      if (before.removedAt) throw notFound('The promotion');
      const promotion = { ...before, removedAt: now };
      return { promotion, promotions: replaced(promotions, promotion) };
    });
  }

  private async change(
    actor: Actor,
    id: Types.ObjectId,
    may: QueryFilter<Business>,
    what: 'promotion_created' | 'promotion_updated' | 'promotion_removed',
    decide: (business: Business, now: Date) => Change,
  ): Promise<Types.ObjectId> {
    const changed = await this.transactions.run(
      async (session) => {
        const now = this.clock.now();
        const business = await this.businesses
          .findOneAndUpdate(
            { _id: id, ...may },
            { $set: { updatedAt: now }, $inc: { seq: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Business>();
        if (!business) return null;
        const { promotion, promotions } = decide(business, now);
        await this.businesses.updateOne({ _id: id }, { $set: { promotions } });
        await this.tell(session, actor, business, promotion._id, `business.${what}`, now);
        return promotion._id;
      },
      { about: id.toHexString() },
    );
    if (!changed) throw await this.access.refusal(actor, id, 'its owner and managers');
    return changed;
  }

  private async tell(
    session: ClientSession,
    actor: Actor,
    business: Business,
    promotion: Types.ObjectId,
    type: BusinessEventType,
    at: Date,
  ): Promise<void> {
    const data = { promotionId: promotion.toHexString() };
    await this.events.append(session, business, {
      type,
      actor: actorOf(actor, business),
      at,
      data,
    });
    if (roleOf(actor, business) !== 'moderator') return;
    await this.audit.record(actor, 'promotion.removed', promotion, {
      removed: { from: false, to: true },
    });
  }
}

/** @throws DomainError CONFLICT where the tier does not allow it. */
function admit(
  promotion: Promotion,
  { promotions, tier = DEFAULT_TIER }: Business,
  now: Date,
): void {
  const others = promotions.filter((one) => !one._id.equals(promotion._id) && isLive(one, now));
  if (others.length >= MOST_LIVE_PROMOTIONS) {
    throw new DomainError(
      'CONFLICT',
      `A business holds at most ${MOST_LIVE_PROMOTIONS} promotions to come. Remove one first.`,
    );
  }
  const { promotionsAtOnce } = TIERS[tier];
  const startsAt = promotion.startsAt < now ? now : promotion.startsAt;
  if (mostAtOnce({ startsAt, endsAt: promotion.endsAt }, others) <= promotionsAtOnce) return;
  throw new DomainError(
    'CONFLICT',
    `At most ${promotionsAtOnce} of your promotions may run at once. Choose a period in which none of the others runs, or ` +
      'remove the other, or choose a larger plan.',
    { tier, promotionsAtOnce },
  );
}

function promotionOf(promotions: readonly Promotion[], id: Types.ObjectId): Promotion {
  const promotion = promotions.find(({ _id }) => _id.equals(id));
  if (!promotion) throw notFound('The promotion');
  return promotion;
}

function replaced(promotions: readonly Promotion[], promotion: Promotion): Promotion[] {
  return promotions.map((one) => (one._id.equals(promotion._id) ? promotion : one));
}

function over(promotion: Promotion, now: Date): DomainError {
  const status = promotionState(promotion, now);
  return new DomainError(
    'INVALID_TRANSITION',
    status === 'removed'
      ? 'This promotion was removed.'
      : 'This promotion has ended. Make a new one.',
    { status },
  );
}
