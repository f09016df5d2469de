import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../../common/auth/actor';
import { KeyedQueue } from '../../common/keyed-queue';
import { Clock, later, MINUTE, SECOND } from '../../common/time/clock';
import { authConfig } from '../../config/auth.config';
import { ChangeFeed } from '../events/change-feed';
import { AccountStandingService, type Standing } from '../users/account-standing.service';
import { Session } from './schemas/session.schema';
import { type AccessChange, AccessState } from './access-state';
import { fromSessionChange, fromUserChange, SESSION_CHANGES, USER_CHANGES } from './access-changes';

/** A session that ended, or a user who is out altogether (suspended, erased). */
export interface Revoked {
  sessionId?: Types.ObjectId;
  userId?: Types.ObjectId;
}

/**
 * A token may be signed a moment after the change that it does not know of, and by a node whose clock is ahead: it then lives
 * longer by our clock. More than clocks may differ (docs/operations.md).
 */
const SIGNING_MARGIN_MS = 5 * MINUTE;
const RELOAD_DELAY_MS = 500;

/**
 * This node's memory of revoked access, so that a request costs no database read and revocation works at once all the
 * same: loaded at the start, fed by the change stream, updated by the request that caused the change.
 */
@Injectable()
export class AccessRegistry implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AccessRegistry.name);
  private readonly listeners: ((revoked: Revoked) => void)[] = [];
  private readonly roleListeners: ((user: Types.ObjectId, role: Role) => void)[] = [];
  private readonly rememberMs: number;
  private state: AccessState;
  /** Changes that arrive while the database is read: they are applied to what was read, too. */
  private journal: AccessChange[] | undefined;
  private readonly loading = new KeyedQueue();
  private loaded = false;
  private gaps = 0;
  private closed = false;

  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    @Inject(authConfig.KEY) config: ConfigType<typeof authConfig>,
    private readonly standings: AccountStandingService,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {
    this.rememberMs = config.accessTokenSeconds * SECOND + SIGNING_MARGIN_MS;
    this.state = new AccessState(this.rememberMs);
  }

  onModuleInit(): void {
    this.feed.subscribe({
      collection: 'sessions',
      match: SESSION_CHANGES,
      onChange: (change) => fromSessionChange(change).forEach((known) => this.apply(known)),
      onGap: () => {
        this.gaps += 1;
        this.loaded = false;
        void this.loading.run('load', () => this.reload());
      },
    });
    this.feed.subscribe({
      collection: 'users',
      match: USER_CHANGES,
      onChange: (change) => fromUserChange(change).forEach((known) => this.apply(known)),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    // First the stream, then the database: what commits in between is in one of them at least.
    await this.feed.open();
    const since = later(this.clock.now(), -this.rememberMs);
    await this.loading.run('load', () => this.load(since));
  }

  onModuleDestroy(): void {
    this.closed = true;
  }

  /** False while this memory may miss something: then the database must be asked. */
  isReliable(): boolean {
    return this.loaded && this.feed.isFresh();
  }

  isRevoked(session: Types.ObjectId): boolean {
    return this.state.isRevoked(session.toHexString());
  }

  whyBarred(user: Types.ObjectId): 'suspended' | 'erased' | undefined {
    return this.state.whyBarred(user.toHexString());
  }

  /** The role that holds now, where it may differ from the one in a token. */
  roleOf(user: Types.ObjectId): Role | undefined {
    return this.state.roleOf(user.toHexString());
  }

  /** Sockets outlive the request that opened them: what was opened with this access is to be closed. */
  onRevoked(listener: (revoked: Revoked) => void): void {
    this.listeners.push(listener);
  }

  /** A socket knows its user's role from the handshake, which may be long ago. */
  onRoleChanged(listener: (user: Types.ObjectId, role: Role) => void): void {
    this.roleListeners.push(listener);
  }

  /** After the commit, by the request that caused it: the caller's next request already meets it. */
  sessionRevoked(session: Types.ObjectId): void {
    this.apply({ kind: 'session-revoked', session: session.toHexString() });
  }

  /** After the commit of a change of status or role. */
  standingChanged({ id, role, status }: Standing): void {
    const user = id.toHexString();
    this.apply({ kind: 'role-changed', user, role });
    this.apply(
      status === 'active'
        ? { kind: 'user-admitted', user }
        : { kind: 'user-barred', user, why: status },
    );
  }

  private apply(change: AccessChange): void {
    this.journal?.push(change);
    if (this.state.apply(change, this.clock.now().getTime())) this.notify(change);
    this.tellRole(change);
  }

  /**
   * @param since how far back revoked sessions and changed roles are read: a node that starts needs those whose access tokens may
   * still be valid; after a gap, sockets of older ones may still be open.
   */
  private async load(since: Date): Promise<void> {
    const { gaps } = this;
    this.journal = [];
    const fresh = await this.read(since);
    const now = this.clock.now().getTime();
    const next = new AccessState(this.rememberMs);
    for (const change of [...fresh, ...this.journal]) next.apply(change, now);
    const previous = this.state;
    this.state = next;
    this.journal = undefined;
    this.loaded = gaps === this.gaps;
    for (const change of fresh) {
      if (isNews(change, previous)) this.notify(change);
      this.tellRole(change);
    }
  }

  private async read(since: Date): Promise<AccessChange[]> {
    const revoked = await this.sessions
      .find({ revokedAt: { $gt: since } })
      .select('_id')
      .lean<Pick<Session, '_id'>[]>();
    const roles = await this.standings.roleChangedSince(since);
    const suspended = await this.standings.suspended();
    return [
      ...revoked.map(({ _id }): AccessChange => ({
        kind: 'session-revoked',
        session: _id.toHexString(),
      })),
      ...roles.map(({ id, role }): AccessChange => ({
        kind: 'role-changed',
        user: id.toHexString(),
        role,
      })),
      ...suspended.map(({ id }): AccessChange => ({
        kind: 'user-barred',
        user: id.toHexString(),
        why: 'suspended',
      })),
    ];
  }

  private async reload(): Promise<void> {
    while (!this.closed && !this.loaded) {
      try {
        await this.load(new Date(1));
      } catch (error) {
        this.logger.warn(`Revoked access cannot be read yet: ${String(error)}`);
        await delay(RELOAD_DELAY_MS, undefined, { ref: false });
      }
    }
  }

  private tellRole(change: AccessChange): void {
    if (change.kind !== 'role-changed') return;
    const user = new Types.ObjectId(change.user);
    for (const listener of this.roleListeners) listener(user, change.role);
  }

  private notify(change: AccessChange): void {
    const revoked = toRevoked(change);
    if (!revoked) return;
    for (const listener of this.listeners) {
      try {
        listener(revoked);
      } catch (error) {
        this.logger.error(error);
      }
    }
  }
}

function isNews(change: AccessChange, known: AccessState): boolean {
  if (change.kind === 'session-revoked') return !known.isRevoked(change.session);
  return change.kind === 'user-barred' && known.whyBarred(change.user) === undefined;
}

function toRevoked(change: AccessChange): Revoked | undefined {
  if (change.kind === 'session-revoked') return { sessionId: new Types.ObjectId(change.session) };
  if (change.kind === 'user-barred') return { userId: new Types.ObjectId(change.user) };
  return undefined;
}
