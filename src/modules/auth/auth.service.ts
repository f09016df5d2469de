import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { createHmac, type KeyObject } from 'node:crypto';
import { Types } from 'mongoose';
import type { Role } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { bodyHash, keyReused } from '../../common/idempotency/idempotency-key';
import { authConfig } from '../../config/auth.config';
import { type Account, AccountsService } from '../users/accounts.service';
import type { UserView } from '../users/dto/user.view';
import type { User } from '../users/schemas/user.schema';
import { UsersService } from '../users/users.service';
import { toUserView } from '../users/user.view';
import { suspended, type WayOut } from './access.service';
import { AppealTokens } from './appeal-tokens';
import { AccessTokens, unauthenticated } from './access-tokens';
import type { LoginDto } from './dto/login.dto';
import type { RegisterDto } from './dto/register.dto';
import { EmailService } from './emails/email.service';
import { PasswordHasher } from './passwords/password-hasher';
import { type OpenSession, SessionsService } from './sessions/sessions.service';

export interface Issued {
  accessToken: string;
  refreshToken: string;
}

export interface LoggedIn extends Issued {
  user: UserView;
}

/** Makes accounts and opens sessions. */
@Injectable()
export class AuthService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly emails: EmailService,
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
    private readonly appeals: AppealTokens,
    private readonly transactions: TransactionRunner,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
  ) {}

  /**
   * Makes an account and opens a session. A repeat by the same key and body makes no second account; it gets a session of
   * its own, because tokens are kept nowhere that they could be answered from again.
   *
   * @throws DomainError EMAIL_TAKEN, IDEMPOTENCY_KEY_REUSED
   */
  async register(
    input: RegisterDto,
    userAgent: string | null,
    key?: string,
  ): Promise<LoggedIn & { replayed: boolean }> {
    const registration =
      key === undefined ? undefined : { idempotencyKey: key, bodyHash: this.keyedHashes(input)[0] };
    try {
      const user = await this.accounts.create({
        email: input.email,
        passwordHash: await this.hasher.hash(input.password),
        displayName: input.displayName,
        phone: input.phone ?? null,
        role: 'user',
        ...(registration ? { registration } : {}),
      });
      this.emails.welcome(user._id, input.email);
      return { ...(await this.welcome(user, input, userAgent)), replayed: false };
    } catch (error) {
      const taken = error instanceof DomainError && error.code === 'EMAIL_TAKEN';
      const user = taken && key ? await this.accounts.registeredBy(input.email, key) : null;
      if (!user) throw error;
      if (!this.keyedHashes(input).some((hash) => hash === user.registration?.bodyHash)) {
        throw keyReused();
      }
      return { ...(await this.welcome(user, input, userAgent)), replayed: true };
    }
  }

  private async welcome(
    user: User,
    input: RegisterDto,
    userAgent: string | null,
  ): Promise<LoggedIn> {
    const session = await this.sessions.open(user._id, userAgent);
    const account = { id: user._id, role: user.role, email: input.email };
    return { ...(await this.issue(account, session)), user: toUserView(user) };
  }

  /**
   * Whether an account is suspended is told to those alone who know its password.
   *
   * @throws DomainError INVALID_CREDENTIALS, ACCOUNT_SUSPENDED
   */
  async logIn({ email, password }: LoginDto, userAgent: string | null): Promise<LoggedIn> {
    const account = await this.accounts.findByEmail(email);
    const matches = await this.hasher.matches(password, account?.passwordHash ?? null);
    if (!account || !matches) throw invalidCredentials();
    if (account.status === 'suspended') throw suspended(this.wayOut(account));
    // Threat: comparing takes long, and a password change meanwhile ends all sessions but would miss the one that opens
    // here with the old password. So the session and the check that nothing changed commit together.
    const session = await this.transactions.run(async () => {
      const unchanged = await this.accounts.stillHas(account.id, account.passwordHash);
      if (!unchanged) throw invalidCredentials();
      return this.sessions.open(account.id, userAgent);
    });
    const user = await this.users.view(account.id);
    return { ...(await this.issue(account, session)), user };
  }

  /** None where no decision holds the suspension: staff set it by hand, and the operators can be asked. */
  private wayOut({ suspendedUntil, suspendedBy }: Account): WayOut | undefined {
    return suspendedBy
      ? {
          suspendedUntil: suspendedUntil?.toISOString() ?? null,
          appealToken: this.appeals.sign(suspendedBy),
        }
      : undefined;
  }

  /** @throws DomainError UNAUTHENTICATED, REFRESH_TOKEN_REUSED, ACCOUNT_SUSPENDED */
  async refresh(refreshToken: string | undefined): Promise<Issued> {
    if (!refreshToken) throw unauthenticated();
    const { id, user } = await this.sessions.ownerOf(refreshToken);
    const account = await this.accounts.findById(user);
    if (!account) throw unauthenticated();
    if (account.status === 'suspended') throw suspended();
    return this.issue(account, await this.sessions.rotate(id, refreshToken));
  }

  /** Keyed, because the body holds a password: a plain hash of it could be tried out by whoever reads the database. */
  private keyedHashes(input: RegisterDto): [string, ...string[]] {
    const { signing, accepted } = this.config.refreshKeys;
    const hash = (key: KeyObject) =>
      createHmac('sha256', key).update(bodyHash(input)).digest('base64url');
    return [hash(signing), ...accepted.slice(1).map(hash)];
  }

  private async issue(
    account: { id: Types.ObjectId; role: Role; email: string },
    { id, refreshToken }: OpenSession,
  ): Promise<Issued> {
    return { accessToken: await this.tokens.sign(account, id), refreshToken };
  }
}

function invalidCredentials(): DomainError {
  return new DomainError('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
}
