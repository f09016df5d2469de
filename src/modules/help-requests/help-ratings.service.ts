import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import type { Page } from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import { TrustLedger } from '../trust/trust-ledger';
import { ActiveAccounts } from '../users/active-accounts';
import { BlockedPeople } from '../users/blocked-people';
import { UsersService } from '../users/users.service';
import type { RateHelpDto } from './dto/action.dto';
import type { HelpRatingDto } from './dto/help-request.view.dto';
import { helpRequestEvent } from './events/help-request-events';
import { HelpRequestAccess } from './help-request.access';
import { invalidTransition, RATING_TIME_MS } from './help-request.rules';
import { ratingView } from './help-request.view';
import { HelpRating } from './schemas/help-rating.schema';
import { HelpRequest } from './schemas/help-request.schema';

/** How the two sides of a completed request found each other. */
@Injectable()
export class HelpRatingsService {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    @InjectModel(HelpRating.name) private readonly ratings: Model<HelpRating>,
    private readonly transactions: TransactionRunner,
    private readonly accounts: ActiveAccounts,
    private readonly access: HelpRequestAccess,
    private readonly events: EventLog,
    private readonly trust: TrustLedger,
    private readonly blocked: BlockedPeople,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /**
   * Rates the other side, once, within 14 days of the completion.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for everybody but the two, INVALID_TRANSITION before the completion and after
   * the time, CONFLICT for a second one.
   */
  async rate(
    actor: Actor,
    id: Types.ObjectId,
    { rating, text }: RateHelpDto,
  ): Promise<HelpRatingDto> {
    const written = await this.transactions.run(
      async (session) => {
        await this.accounts.hold(session, actor.id);
        const { request, viewer } = await this.access.seeAs(actor, id, [
          'requester',
          'chosen_helper',
        ]);
        const now = this.clock.now();
        const { matchedCount } = await this.requests.collection.updateOne(
          {
            _id: id,
            status: 'completed',
            endedAt: { $gt: new Date(now.getTime() - RATING_TIME_MS) },
            ratedBy: { $ne: actor.id },
          },
          { $push: { ratedBy: actor.id } as never },
          { session },
        );
        const other = viewer.role === 'requester' ? request.chosenHelper : request.requester;
        if (matchedCount === 0 || !other) {
          if (!request.ratedBy.some((rater) => rater.equals(actor.id))) {
            throw invalidTransition(request, now);
          }
          throw new DomainError('CONFLICT', 'You have rated this already: each side rates once.');
        }
        const fresh: HelpRating = {
          _id: new Types.ObjectId(),
          request: id,
          rater: actor.id,
          raterRole: viewer.role === 'requester' ? 'requester' : 'helper',
          rated: other,
          rating,
          text: text ?? null,
          apart: await this.blocked.between(actor.id, other, session),
          createdAt: now,
        };
        await this.ratings.collection.insertOne(fresh, { session });
        // Who was helped says what the help was worth; being rated by one's helper earns nothing.
        if (viewer.role === 'requester') {
          await this.trust.helpRated(session, { helper: other, by: actor.id, request: id, rating });
        }
        await this.events.append(session, [
          helpRequestEvent({
            request: id,
            seq: null,
            type: 'help_rating.created',
            actor: { id: actor.id, role: fresh.raterRole },
            at: now,
            data: { rating: fresh._id },
            users: [actor.id, other],
          }),
        ]);
        return fresh;
      },
      { about: id.toHexString() },
    );
    return ratingView(written, await this.users.publicNames([written.rater, written.rated]));
  }

  /**
   * The ratings of a request, at most two, across a block too. The other side does not read words written across one.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for everybody but the two and moderators.
   */
  async list(actor: Actor, id: Types.ObjectId): Promise<Page<HelpRatingDto>> {
    await this.access.seeRatings(actor, id);
    const rows = await this.ratings.find({ request: id }).sort({ _id: 1 }).lean<HelpRating[]>();
    const people = await this.users.publicNames(rows.flatMap(({ rater, rated }) => [rater, rated]));
    const read = rows.map((row) => {
      const unheard = row.apart && !isStaff(actor) && !row.rater.equals(actor.id);
      return unheard ? { ...row, text: null } : row;
    });
    return { items: read.map((row) => ratingView(row, people)), nextCursor: null };
  }
}
