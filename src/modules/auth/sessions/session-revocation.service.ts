import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { notFound } from '../../../common/errors/domain-error';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../common/http/pagination';
import { Clock } from '../../../common/time/clock';
import { UserLifecycle } from '../../users/user-lifecycle';
import { AccessRegistry } from '../access-registry';
import type { SessionView } from '../dto/session.view';
import { Session } from '../schemas/session.schema';

/** Shows a user's sessions and ends them. */
@Injectable()
export class SessionRevocationService {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly registry: AccessRegistry,
    private readonly clock: Clock,
    private readonly transactions: TransactionRunner,
    private readonly lifecycle: UserLifecycle,
  ) {}

  /** The sessions that live, newest first. */
  async list(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<SessionView>> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, ['id'])[0];
    const rows = await this.sessions
      .find({
        user: actor.id,
        revokedAt: null,
        expiresAt: { $gt: this.clock.now() },
        ...(after === undefined ? {} : { _id: { $lt: new Types.ObjectId(String(after)) } }),
      })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Session[]>();
    return toPage(
      rows,
      limit,
      (session) => [session._id.toHexString()],
      (session) => toView(session, actor),
    );
  }

  /**
   * Ends one of the user's own sessions, at once and on every node.
   *
   * @throws DomainError NOT_FOUND for one that has ended, and for somebody else's.
   */
  async revoke(actor: Actor, id: Types.ObjectId): Promise<void> {
    const { matchedCount } = await this.sessions.updateOne(
      { _id: id, user: actor.id, revokedAt: null, expiresAt: { $gt: this.clock.now() } },
      { $set: { revokedAt: this.clock.now() } },
    );
    if (matchedCount === 0) throw notFound('The session');
    await this.lifecycle.sessionsEnded([id]);
    this.registry.sessionRevoked(id);
  }

  /** Ends the session that asks; one that has ended meanwhile has ended, which is no failure of a log-out. */
  async end(actor: Actor): Promise<void> {
    await this.sessions.updateOne(
      { _id: actor.sessionId, revokedAt: null },
      { $set: { revokedAt: this.clock.now() } },
    );
    await this.lifecycle.sessionsEnded([actor.sessionId]);
    this.registry.sessionRevoked(actor.sessionId);
  }

  /** Ends every session of a user. */
  async revokeAll(user: Types.ObjectId): Promise<void> {
    this.announce(await this.transactions.run(() => this.markRevoked(user)));
  }

  /**
   * The part of it that belongs into the transaction of its cause; `announce` comes after the commit.
   *
   * @param keep a session that goes on.
   * @returns the sessions that ended.
   */
  async markRevoked(user: Types.ObjectId, keep?: Types.ObjectId): Promise<Types.ObjectId[]> {
    const live = { user, revokedAt: null, ...(keep ? { _id: { $ne: keep } } : {}) };
    const ended = await this.sessions.find(live).select('_id').lean<Pick<Session, '_id'>[]>();
    await this.sessions.updateMany(live, { $set: { revokedAt: this.clock.now() } });
    const ids = ended.map(({ _id }) => _id);
    await this.lifecycle.sessionsEnded(ids);
    return ids;
  }

  /** Makes this node refuse the sessions from now on; the others learn it from the change stream. */
  announce(ended: Types.ObjectId[]): void {
    for (const id of ended) this.registry.sessionRevoked(id);
  }

  /** Part of erasing an account: what the sessions tell of its owner's devices goes. */
  async forgetDevices(user: Types.ObjectId): Promise<void> {
    await this.sessions.updateMany({ user }, { $set: { userAgent: null } });
  }
}

function toView({ _id, userAgent, createdAt, lastUsedAt }: Session, actor: Actor): SessionView {
  return {
    id: _id.toHexString(),
    userAgent,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    current: _id.equals(actor.sessionId),
  };
}
