import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { DomainError } from '../../common/errors/domain-error';
import { Clock, SECOND } from '../../common/time/clock';
import { withinLimit } from '../../common/within-limit';
import { AccountStandingService } from '../users/account-standing.service';
import { AccessRegistry } from './access-registry';
import { type AccessClaims, AccessTokens, unauthenticated } from './access-tokens';
import { Session } from './schemas/session.schema';

/** Two reads by id: a database that takes longer is not there. */
const DATABASE_LIMIT_MS = 2 * SECOND;

export interface AdmissionOptions {
  /** Take a token past its end while its session lives; for raising an SOS. */
  allowExpired?: boolean;
  /** Let suspended people in; for appeals. */
  allowSuspended?: boolean;
}

/** Decides who comes in: the same for HTTP and sockets. */
@Injectable()
export class AccessService {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly tokens: AccessTokens,
    private readonly registry: AccessRegistry,
    private readonly standings: AccountStandingService,
    private readonly clock: Clock,
  ) {}

  /**
   * Whose access token this is.
   *
   * @throws DomainError UNAUTHENTICATED, TOKEN_EXPIRED, ACCOUNT_SUSPENDED
   */
  async authenticate(token: string, options: AdmissionOptions = {}): Promise<Actor> {
    return this.admit(await this.tokens.read(token), options);
  }

  /**
   * The second half of it: for claims whose signature has been checked. Without a database read for a token in its time,
   * unless this node's memory of revocations cannot be relied on now.
   *
   * @throws DomainError UNAUTHENTICATED, TOKEN_EXPIRED, ACCOUNT_SUSPENDED
   */
  async admit(
    claims: AccessClaims,
    { allowExpired = false, allowSuspended = false }: AdmissionOptions = {},
  ): Promise<Actor> {
    const actor: Actor = {
      id: new Types.ObjectId(claims.userId),
      role: claims.role,
      sessionId: new Types.ObjectId(claims.sid),
    };
    const expired = claims.exp * 1000 <= this.clock.now().getTime();
    if (expired && !allowExpired) {
      throw new DomainError(
        'TOKEN_EXPIRED',
        'The access token is too old. Get a new one with POST /auth/refresh.',
      );
    }
    // The memory forgets a revoked session when its tokens have expired, so an expired one is asked of the database.
    return expired || !this.registry.isReliable()
      ? this.askDatabase(actor, allowSuspended)
      : this.askMemory(actor, allowSuspended);
  }

  private askMemory(actor: Actor, allowSuspended: boolean): Actor {
    if (this.registry.isRevoked(actor.sessionId)) throw unauthenticated();
    const barred = this.registry.whyBarred(actor.id);
    if (barred === 'suspended' && !allowSuspended) throw suspended();
    if (barred && barred !== 'suspended') throw unauthenticated();
    return { ...actor, role: this.registry.roleOf(actor.id) ?? actor.role };
  }

  /** It may hang, and it stands before everything else that is done for a request. */
  private askDatabase(actor: Actor, allowSuspended: boolean): Promise<Actor> {
    return withinLimit(this.readStanding(actor, allowSuspended), DATABASE_LIMIT_MS);
  }

  private async readStanding(actor: Actor, allowSuspended: boolean): Promise<Actor> {
    const session = await this.sessions.exists({
      _id: actor.sessionId,
      user: actor.id,
      revokedAt: null,
      expiresAt: { $gt: this.clock.now() },
    });
    const standing = session ? await this.standings.of(actor.id) : null;
    if (!standing || standing.status === 'erased') throw unauthenticated();
    if (standing.status === 'suspended' && !allowSuspended) throw suspended();
    return { ...actor, role: standing.role };
  }
}

/** How a suspended person may appeal, told to who knows the password. */
export interface WayOut {
  suspendedUntil: string | null;
  appealToken: string;
}

export function suspended(wayOut?: WayOut): DomainError {
  return wayOut
    ? new DomainError(
        'ACCOUNT_SUSPENDED',
        'This account is suspended. You can appeal: send details.appealToken to POST /appeals/by-link.',
        wayOut,
      )
    : new DomainError('ACCOUNT_SUSPENDED', 'This account is suspended. Contact the operators.');
}
