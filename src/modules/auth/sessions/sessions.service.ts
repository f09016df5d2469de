import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { DomainError } from '../../../common/errors/domain-error';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { authConfig } from '../../../config/auth.config';
import { UserLifecycle } from '../../users/user-lifecycle';
import { AccessRegistry } from '../access-registry';
import { Session } from '../schemas/session.schema';
import { RefreshTokens } from './refresh-tokens';

export interface OpenSession {
  id: Types.ObjectId;
  refreshToken: string;
}

/** Opens sessions and rotates their refresh tokens. */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger(SessionsService.name);
  private readonly tokens: RefreshTokens;

  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly registry: AccessRegistry,
    private readonly lifecycle: UserLifecycle,
    private readonly clock: Clock,
  ) {
    this.tokens = new RefreshTokens(config.refreshKeys);
  }

  async open(user: Types.ObjectId, userAgent: string | null): Promise<OpenSession> {
    const id = new Types.ObjectId();
    const refreshToken = this.tokens.first(id);
    const now = this.clock.now();
    await this.sessions.create({
      _id: id,
      user,
      currentHash: this.tokens.hash(refreshToken),
      userAgent,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: this.end(now),
    });
    return { id, refreshToken };
  }

  /**
   * Whose session a refresh token belongs to. Says nothing of whether the token is too old.
   *
   * @throws DomainError UNAUTHENTICATED
   */
  async ownerOf(refreshToken: string): Promise<{ id: Types.ObjectId; user: Types.ObjectId }> {
    const id = this.tokens.sessionOf(refreshToken);
    const session = id ? await this.findLive(id) : null;
    if (!session) throw loggedOut();
    return { id: session._id, user: session.user };
  }

  /**
   * Exchanges a refresh token for the next one.
   *
   * The token before the current one gives the same successor again: its holder may never have got the answer, and tabs
   * that refresh at the same moment must not log each other out. Anything older has been followed by a token that was
   * used, so two parties hold this family: one of them is a thief, and both lose it.
   *
   * @throws DomainError UNAUTHENTICATED, REFRESH_TOKEN_REUSED
   */
  async rotate(id: Types.ObjectId, refreshToken: string): Promise<OpenSession> {
    const presented = this.tokens.hash(refreshToken);
    const [successor] = this.tokens.successors(refreshToken);
    const now = this.clock.now();
    // Compare-and-set: of parallel requests with one token a single one moves the session on.
    const { matchedCount } = await this.sessions.updateOne(
      { _id: id, currentHash: presented, revokedAt: null, expiresAt: { $gt: now } },
      {
        $set: {
          currentHash: this.tokens.hash(successor),
          previousHash: presented,
          lastUsedAt: now,
          expiresAt: this.end(now),
        },
      },
    );
    if (matchedCount === 1) return { id, refreshToken: successor };
    const session = await this.findLive(id);
    if (!session) throw loggedOut();
    if (session.previousHash === presented) {
      // Another node may have made the successor, with another of our keys.
      const given = this.tokens
        .successors(refreshToken)
        .find((token) => this.tokens.hash(token) === session.currentHash);
      if (!given) throw loggedOut();
      return { id, refreshToken: given };
    }
    await this.sessions.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: now } });
    await this.lifecycle.sessionsEnded([id]);
    this.registry.sessionRevoked(id);
    this.logger.warn(`An old refresh token was used: session ${id.toHexString()} is revoked`);
    throw new DomainError(
      'REFRESH_TOKEN_REUSED',
      'This refresh token was replaced and its successor used. The session is closed: log in again.',
    );
  }

  private async findLive(id: Types.ObjectId): Promise<Session | null> {
    return this.sessions
      .findOne({ _id: id, revokedAt: null, expiresAt: { $gt: this.clock.now() } })
      .lean<Session>();
  }

  private end(from: Date): Date {
    return later(from, this.config.refreshTokenSeconds * SECOND);
  }
}

function loggedOut(): DomainError {
  return new DomainError('UNAUTHENTICATED', 'This session has ended. Log in again.');
}
