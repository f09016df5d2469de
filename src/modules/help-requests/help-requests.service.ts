import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { invalidField, notFound } from '../../common/errors/domain-error';
import { coarseCell } from '../../common/geo/coarse-cell';
import { type Place, toGeoPoint } from '../../common/geo/geo';
import { Clock, later } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { EventLog } from '../events/event-log';
import { ActiveAccounts } from '../users/active-accounts';
import {
  type CreateHelpRequestDto,
  DEFAULT_HELP_RADIUS_METERS,
} from './dto/create-help-request.dto';
import type { PriceDto } from './dto/price.dto';
import type { UpdateHelpRequestDto } from './dto/update-help-request.dto';
import { helpRequestEvent } from './events/help-request-events';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestMoves } from './help-request.moves';
import {
  completedStays,
  EXPIRES_AFTER_MS,
  invalidTransition,
  LATEST_EXPIRY_MS,
  LATEST_NEED_MS,
  statusAt,
} from './help-request.rules';
import { helpRequestMachine } from './help-request.transitions';
import { HelpRequest, type Price } from './schemas/help-request.schema';

/** Writes help requests: asks, changes what is asked, takes it away. */
@Injectable()
export class HelpRequestsService {
  constructor(
    @InjectModel(HelpRequest.name) private readonly requests: Model<HelpRequest>,
    private readonly transactions: TransactionRunner,
    private readonly accounts: ActiveAccounts,
    private readonly events: EventLog,
    private readonly moves: HelpRequestMoves,
    private readonly access: HelpRequestAccess,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for help.
   *
   * @returns the id of the request.
   * @throws DomainError VALIDATION_FAILED for times in the past or too far ahead.
   */
  async create(actor: Actor, input: CreateHelpRequestDto): Promise<Types.ObjectId> {
    const now = this.clock.now();
    const times = {
      neededBy: future('neededBy', input.neededBy ?? null, now, LATEST_NEED_MS),
      expiresAt:
        future('expiresAt', input.expiresAt ?? null, now, LATEST_EXPIRY_MS) ??
        later(now, EXPIRES_AFTER_MS),
    };
    return this.transactions.run(async (session) => {
      await this.accounts.hold(session, actor.id);
      const request: HelpRequest = {
        _id: new Types.ObjectId(),
        requester: actor.id,
        title: input.title,
        description: input.description,
        category: input.category,
        priority: input.priority ?? 'normal',
        budget: toPrice(input.budget),
        ...placed(input.location),
        radiusMeters: input.radiusMeters ?? DEFAULT_HELP_RADIUS_METERS,
        ...times,
        status: helpRequestMachine.initial,
        seq: 1,
        offerCount: 0,
        lastOfferAt: null,
        chosenOffer: null,
        chosenHelper: null,
        paidBy: null,
        paidAt: null,
        doneAt: null,
        completionDueAt: null,
        ratedBy: [],
        cancelReason: null,
        endedBy: null,
        createdAt: now,
        endedAt: null,
        removedAt: null,
        ownerHidden: false,
      };
      await this.requests.collection.insertOne(request, { session });
      await this.events.append(session, [
        helpRequestEvent({
          request: request._id,
          seq: 1,
          type: 'help_request.created',
          actor: { id: actor.id, role: 'requester' },
          at: now,
          data: {},
          users: [actor.id],
        }),
      ]);
      return request._id;
    });
  }

  /**
   * Changes what is asked, while it is open. Offers that were made before stand.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION once somebody was chosen or it has ended,
   * VALIDATION_FAILED for times in the past or too far ahead.
   */
  async update(actor: Actor, id: Types.ObjectId, input: UpdateHelpRequestDto): Promise<void> {
    const now = this.clock.now();
    const { location, budget, neededBy, expiresAt, ...plain } = input;
    const set = {
      ...plain,
      ...(budget === undefined ? {} : { budget: toPrice(budget) }),
      ...(location === undefined ? {} : placed(location)),
      ...(neededBy === undefined
        ? {}
        : { neededBy: future('neededBy', neededBy, now, LATEST_NEED_MS) }),
      ...(expiresAt === undefined
        ? {}
        : { expiresAt: future('expiresAt', expiresAt, now, LATEST_EXPIRY_MS) }),
    };
    const fields = Object.keys(input).filter(
      (field) => input[field as keyof UpdateHelpRequestDto] !== undefined,
    );
    await this.transactions.run(
      async (session) => {
        const { request } = await this.access.seeAs(actor, id, ['requester']);
        if (statusAt(request, now) !== 'open') throw invalidTransition(request, now);
        if (fields.length === 0) return;
        const before = await this.requests.collection.findOneAndUpdate(
          {
            _id: id,
            requester: actor.id,
            status: 'open',
            expiresAt: { $gt: now },
            removedAt: null,
          },
          { $set: set, $inc: { seq: 1 } },
          { session, returnDocument: 'before' },
        );
        if (!before) throw invalidTransition(request, now);
        const event = {
          request: id,
          type: 'help_request.updated',
          actor: { id: actor.id, role: 'requester' },
          at: now,
          data: { fields },
        } as const;
        const waiting = await this.moves.waiting(session, id);
        await this.events.append(session, [
          helpRequestEvent({ ...event, seq: (before as HelpRequest).seq + 1, users: [actor.id] }),
          ...(waiting.length > 0
            ? [helpRequestEvent({ ...event, seq: null, users: waiting })]
            : []),
        ]);
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Takes a request away: what lives is cancelled, and nobody but moderators sees it any more. What a moderator takes away
   * is on record. Threat: a bad rating is escaped by it, so what was completed is not the requester's to take away.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN; INVALID_TRANSITION for the requester of a completed one.
   */
  async remove(actor: Actor, id: Types.ObjectId): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const { request } = await this.access.seeAs(actor, id, ['requester', 'moderator']);
        if (request.removedAt) return;
        const own = request.requester.equals(actor.id);
        const by = { id: actor.id, role: own ? 'requester' : 'moderator' } as const;
        const removedAt = this.clock.now();
        const cancelled = await this.moves.move(session, id, {
          transition: 'remove',
          event: 'help_request.removed',
          actor: by,
          condition: { removedAt: null },
          set: { removedAt, endedBy: actor.id },
          data: {},
        });
        if (!cancelled) {
          const ended = helpRequestMachine.terminal.filter((one) => !own || one !== 'completed');
          const before = (await this.requests.collection.findOneAndUpdate(
            { _id: id, status: { $in: ended }, removedAt: null },
            { $set: { removedAt }, $inc: { seq: 1 } },
            { session, returnDocument: 'before' },
          )) as HelpRequest | null;
          if (!before) throw own ? completedStays() : notFound('This help request');
          await this.events.append(session, [
            helpRequestEvent({
              request: id,
              seq: before.seq + 1,
              type: 'help_request.removed',
              actor: by,
              at: removedAt,
              data: { from: before.status, to: before.status },
              users: [before.requester, ...(before.chosenHelper ? [before.chosenHelper] : [])],
            }),
          ]);
        }
        if (!own && isStaff(actor)) {
          await this.audit.record(actor, 'help_request.removed', id, {
            removed: { from: false, to: true },
          });
        }
      },
      { about: id.toHexString() },
    );
  }
}

export function toPrice(price: PriceDto | null | undefined): Price | null {
  if (!price) return null;
  const { amountMinor, currency, negotiable = false } = price;
  return { amountMinor, currency, negotiable };
}

/** The exact place and the cell that stands for it: neither is ever written without the other. */
function placed({ latitude, longitude }: Place): Pick<HelpRequest, 'location' | 'cell'> {
  const place = { latitude, longitude };
  return { location: toGeoPoint(place), cell: toGeoPoint(coarseCell(place)) };
}

function future(field: string, moment: string | null, now: Date, atMostMs: number): Date | null {
  if (moment === null) return null;
  const at = new Date(moment);
  if (at <= now) throw invalidField(field, `${field} must be in the future`);
  if (at > later(now, atMostMs)) throw invalidField(field, `${field} is too far in the future`);
  return at;
}
