import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import type { VerifyBusinessDto } from './dto/verify-business.dto';
import { BusinessEvents } from './events/business-events';
import { Business } from './schemas/business.schema';

/** What staff says of businesses. */
@Injectable()
export class BusinessModerationService {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly audit: AuditLog,
    private readonly events: BusinessEvents,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * Verifies a business, or takes it back; what is so already changes nothing. With a revision it holds only for what the
   * moderator looked at: threat, the name is changed between the look and the word.
   *
   * @throws DomainError NOT_FOUND; INVALID_TRANSITION for a removed one; CONFLICT when it changed since that revision.
   */
  async verify(
    actor: Actor,
    id: Types.ObjectId,
    { verified, revision }: VerifyBusinessDto,
  ): Promise<void> {
    const seen = revision === undefined ? {} : { revision };
    await this.transactions.run(
      async (session) => {
        const at = this.clock.now();
        const business = await this.businesses
          .findOneAndUpdate(
            { _id: id, status: 'active', verified: !verified, ...seen },
            { $set: { verified, updatedAt: at }, $inc: { seq: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Business>();
        if (!business) return this.refuseUnlessSo(id, verified, revision);
        await this.events.append(session, business, {
          type: 'business.verified',
          actor: { id: actor.id, role: 'moderator' },
          at,
          data: { verified },
        });
        await this.audit.record(actor, 'business.verified', id, {
          verified: { from: !verified, to: verified },
        });
      },
      { about: id.toHexString() },
    );
  }

  private async refuseUnlessSo(
    id: Types.ObjectId,
    verified: boolean,
    revision: number | undefined,
  ): Promise<void> {
    const business = await this.businesses.findById(id).lean<Business>();
    if (!business) throw notFound('The business');
    if (business.status === 'removed') {
      throw new DomainError('INVALID_TRANSITION', 'This business was removed.', {
        status: 'removed',
      });
    }
    if (revision !== undefined && revision !== business.revision) {
      throw new DomainError(
        'CONFLICT',
        'Name, category or place changed since you looked. Look again, and send the new revision.',
        { revision: business.revision },
      );
    }
    if (business.verified !== verified) throw new Error('A business that fits was not found.');
  }
}
