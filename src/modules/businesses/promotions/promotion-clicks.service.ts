import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import { Clock } from '../../../common/time/clock';
import { BusinessAccess } from '../business.access';
import { PromotionCounts } from './promotion-counts';
import { promotionState } from './promotion.rules';

/** Counts clicks on promotions. */
@Injectable()
export class PromotionClicksService {
  constructor(
    private readonly access: BusinessAccess,
    private readonly counts: PromotionCounts,
    private readonly clock: Clock,
  ) {}

  /**
   * Clicks of the business's own people and of staff are taken and not counted.
   *
   * @throws DomainError NOT_FOUND for what the caller is not shown; INVALID_TRANSITION for one that does not run (any more).
   */
  async click(actor: Actor, id: Types.ObjectId, promotionId: Types.ObjectId): Promise<void> {
    const { business, role } = await this.access.see(actor, id);
    const promotion = business.promotions.find(({ _id }) => _id.equals(promotionId));
    const status = promotion && promotionState(promotion, this.clock.now());
    const unknown = role === 'visitor' && (status === 'scheduled' || status === 'removed');
    if (!status || unknown) throw notFound('The promotion');
    if (status !== 'running') {
      throw new DomainError('INVALID_TRANSITION', 'This promotion does not run now.', { status });
    }
    if (role === 'visitor') this.counts.clicked(id, promotionId);
  }
}
