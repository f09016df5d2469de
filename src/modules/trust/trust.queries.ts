import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import {
  behindCursor,
  NEWEST,
  type Page,
  type PageQuery,
  sortBy,
  toSortedPage,
} from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import { TrustCache } from '../users/trust-cache';
import type { TrustDto, TrustEventDto } from './dto/trust.view.dto';
import { TrustEvent } from './schemas/trust-event.schema';
import { TrustScores } from './trust-scores';
import { NEUTRAL } from './trust.rules';

/** Why one's own trust is what it is. Nobody sees anybody else's record. */
@Injectable()
export class TrustQueries {
  constructor(
    @InjectModel(TrustEvent.name) private readonly events: Model<TrustEvent>,
    private readonly cache: TrustCache,
    private readonly scores: TrustScores,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** For the moment of the score that everybody sees, so that the two agree. A transaction for reading all of it as it stood. */
  async own(actor: Actor): Promise<TrustDto> {
    return this.transactions.run(async (session) => {
      const cached = await this.cache.of(session, actor.id);
      const asOf = cached?.asOf ?? this.clock.now();
      const made = cached?.asOf ? await this.scores.assess(session, actor.id, asOf) : null;
      return {
        trustScore: cached?.trustScore ?? NEUTRAL,
        asOf: asOf.toISOString(),
        earned: tenths(made?.earned ?? 0),
        lost: tenths(made?.lost ?? 0),
        people: made?.people ?? 0,
      };
    });
  }

  /** One's own record, newest first. */
  async page(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<TrustEventDto>> {
    const rows = await this.events
      .find({ subject: actor.id, ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<TrustEvent[]>();
    return toSortedPage(NEWEST, rows, limit, trustEventView);
  }

  /** All of somebody's record, oldest first: what they may see of it themselves. */
  async *all(person: Types.ObjectId): AsyncGenerator<TrustEventDto> {
    for await (const event of this.events
      .find({ subject: person })
      .sort({ _id: 1 })
      .lean<TrustEvent[]>()
      .cursor()) {
      yield trustEventView(event);
    }
  }
}

/**
 * Neither who gave their word nor what it weighed: a rescued person may be anonymous, and the weight tells how old an account
 * is. Which report it was would tell who reported.
 */
function trustEventView({ _id, kind, points, source, at }: TrustEvent): TrustEventDto {
  return {
    id: _id.toHexString(),
    kind,
    points,
    source: source.kind === 'report' ? null : { kind: source.kind, id: source.id.toHexString() },
    at: at.toISOString(),
  };
}

function tenths(points: number): number {
  return Math.round(points * 10) / 10;
}
