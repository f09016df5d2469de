import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import type { HelpOfferDto } from './dto/help-request.view.dto';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestQueries } from './help-request.queries';

/** A repeated offer, refusal or withdrawal shows the offer as the caller may see it now: not after a block or an erasure. */
@Injectable()
export class HelpOfferReplay implements ReplayView {
  constructor(
    private readonly access: HelpRequestAccess,
    private readonly queries: HelpRequestQueries,
  ) {}

  /** @throws DomainError NOT_FOUND when the caller may not see it any more. */
  async replay(actor: Actor, { id, offerId }: Record<string, string>): Promise<HelpOfferDto> {
    const request = new Types.ObjectId(id);
    if (offerId !== undefined) {
      const seen = await this.access.seeOffer(actor, request, new Types.ObjectId(offerId));
      return this.queries.showOffer(seen.offer);
    }
    const { viewer } = await this.access.see(actor, request);
    if (!viewer.offer) throw notFound('Your offer');
    return this.queries.showOffer(viewer.offer);
  }
}
