import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock } from '../../common/time/clock';
import type { EventActor } from '../events/schemas/event.schema';
import { ActiveAccounts } from '../users/active-accounts';
import { displayNameIn } from '../users/display-name';
import { type PublicName, UsersService } from '../users/users.service';
import { Announcements } from './announcements';
import type { JoinRequestView } from './dto/member.dto';
import { ADMINS, MODERATORS, OrganizationAccess } from './organization.access';
import { joinRequestMachine } from './entry.transitions';
import { Roster } from './roster';
import { JoinRequest } from './schemas/join-request.schema';

/** Asking to be let in, and the decision. */
@Injectable()
export class JoinRequestsService implements ReplayView {
  constructor(
    @InjectModel(JoinRequest.name) private readonly requests: Model<JoinRequest>,
    private readonly transactions: TransactionRunner,
    private readonly announcements: Announcements,
    private readonly roster: Roster,
    private readonly access: OrganizationAccess,
    private readonly accounts: ActiveAccounts,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction of joining. Asking again changes nothing while nobody has decided. */
  async ask(
    session: ClientSession,
    actor: Actor,
    organization: Types.ObjectId,
    message: string | null,
  ): Promise<void> {
    // Also what makes this exclude an admission of the same person by another way at the same time.
    await this.accounts.hold(session, actor.id);
    const open = { organization, user: actor.id, status: 'pending' as const };
    if (await this.requests.exists(open)) return;
    const request: JoinRequest = {
      _id: new Types.ObjectId(),
      ...open,
      seq: 0,
      message,
      suspended: false,
      createdAt: this.clock.now(),
      decidedBy: null,
      decidedAt: null,
    };
    await this.requests.create([request]);
    await this.announcements.make(session, {
      organization,
      type: 'organization.join_requested',
      by: { id: actor.id, role: 'requester' },
      data: { requestId: request._id, userId: actor.id },
      about: [actor.id],
    });
  }

  /** Inside the transaction of leaving: takes an open request back. False where there is none. */
  async withdraw(
    session: ClientSession,
    actor: Actor,
    organization: Types.ObjectId,
  ): Promise<boolean> {
    const open = await this.requests
      .findOne({ organization, user: actor.id, status: 'pending' })
      .lean<JoinRequest>();
    if (!open) return false;
    return this.close(session, open, 'withdraw', {
      id: actor.id,
      role: 'requester',
    });
  }

  /** Who waits, from the oldest on; for moderators and admins of the organization. */
  async list(
    actor: Actor,
    organization: Types.ObjectId,
    { limit, cursor }: PageQuery,
  ): Promise<Page<JoinRequestView>> {
    await this.access.seeAs(actor, organization, MODERATORS);
    const after = cursor ? { _id: { $gt: cursorId(cursor) } } : {};
    const rows = await this.requests
      .find({ organization, status: 'pending', suspended: false, ...after })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean<JoinRequest[]>();
    const people = await this.users.publicNames(rows.map(({ user }) => user));
    return toPage(
      rows,
      limit,
      ({ _id }) => [_id.toHexString()],
      (row) => joinRequestView(row, people),
    );
  }

  /** A request, to somebody who has just decided it. */
  async view(request: JoinRequest): Promise<JoinRequestView> {
    return joinRequestView(request, await this.users.publicNames([request.user]));
  }

  /**
   * A repeated decision shows the request as it is now, to who may still see requests.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async replay(actor: Actor, { id, requestId }: Record<string, string>): Promise<JoinRequestView> {
    const organization = new Types.ObjectId(id);
    await this.access.seeAs(actor, organization, MODERATORS);
    return this.view(await this.find(organization, new Types.ObjectId(requestId)));
  }

  /**
   * Lets somebody in; for admins. Repeating it changes nothing.
   *
   * @returns the request as it is after it.
   * @throws DomainError NOT_FOUND, FORBIDDEN, CONFLICT where it is full (the request stays open), INVALID_TRANSITION
   */
  async approve(actor: Actor, id: Types.ObjectId, requestId: Types.ObjectId): Promise<JoinRequest> {
    return this.transactions.run(
      async (session) => {
        await this.access.holdRole(actor, id, ADMINS);
        const request = await this.find(id, requestId);
        const by: EventActor = { id: actor.id, role: 'admin' };
        const moved = await moveStatus(this.requests, session, joinRequestMachine, 'approve', {
          id: requestId,
          condition: { organization: id, suspended: false },
          set: { decidedBy: actor.id, decidedAt: this.clock.now() },
        });
        if (!moved) return repeated(request, actor, 'approved');
        await this.roster.admit(session, {
          organization: id,
          user: request.user,
          role: 'member',
          approved: true,
          via: 'request',
          by,
        });
        return { ...moved, status: 'approved' };
      },
      { about: id.toHexString() },
    );
  }

  /**
   * Turns somebody away; for moderators and admins. Repeating it changes nothing.
   *
   * @returns the request as it is after it.
   * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_TRANSITION
   */
  async reject(actor: Actor, id: Types.ObjectId, requestId: Types.ObjectId): Promise<JoinRequest> {
    return this.transactions.run(
      async (session) => {
        const { membership } = await this.access.holdRole(actor, id, MODERATORS);
        const request = await this.find(id, requestId);
        const by: EventActor = { id: actor.id, role: membership.role };
        const closed = await this.close(session, request, 'reject', by);
        if (!closed) return repeated(request, actor, 'rejected');
        return { ...request, status: 'rejected' };
      },
      { about: id.toHexString() },
    );
  }

  /** Inside the transaction that suspends an account, or lets it in again. */
  async pause(user: Types.ObjectId, suspended: boolean): Promise<void> {
    await this.requests.updateMany({ user, status: 'pending' }, { $set: { suspended } });
  }

  /** Inside the transaction that erases an account. */
  async forget(user: Types.ObjectId): Promise<void> {
    await this.requests.deleteMany({ user });
  }

  private async close(
    session: ClientSession,
    { _id, organization, user }: JoinRequest,
    transition: 'reject' | 'withdraw',
    by: EventActor,
  ): Promise<boolean> {
    const moved = await moveStatus(this.requests, session, joinRequestMachine, transition, {
      id: _id,
      set: { decidedBy: by.id, decidedAt: this.clock.now() },
    });
    if (!moved) return false;
    await this.announcements.make(session, {
      organization,
      type: 'organization.join_request_closed',
      by,
      data: {
        requestId: _id,
        userId: user,
        status: transition === 'reject' ? 'rejected' : 'withdrawn',
      },
      about: [user],
    });
    return true;
  }

  private async find(organization: Types.ObjectId, _id: Types.ObjectId): Promise<JoinRequest> {
    const request = await this.requests
      .findOne({ _id, organization, suspended: false })
      .lean<JoinRequest>();
    if (!request) throw notFound('The join request');
    return request;
  }
}

/**
 * The request, where this very decision was taken by the same person before.
 *
 * @throws DomainError INVALID_TRANSITION
 */
function repeated(request: JoinRequest, actor: Actor, repeats: JoinRequest['status']): JoinRequest {
  const { status, decidedBy } = request;
  if (status === repeats && decidedBy?.equals(actor.id)) return request;
  throw new DomainError(
    'INVALID_TRANSITION',
    `The join request is ${status}: there is nothing to decide any more.`,
    { status },
  );
}

function joinRequestView(
  { _id, user, status, message, createdAt }: JoinRequest,
  people: ReadonlyMap<string, PublicName>,
): JoinRequestView {
  const userId = user.toHexString();
  return {
    id: _id.toHexString(),
    userId,
    displayName: displayNameIn(people, userId),
    status,
    message,
    createdAt: createdAt.toISOString(),
  };
}

function cursorId(cursor: string): Types.ObjectId {
  return new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
}
