import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Role } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { AccountsService } from '../users/accounts.service';
import type { UserView } from '../users/dto/user.view';
import { UsersService } from '../users/users.service';
import { toUserView } from '../users/user.view';
import { suspended } from './access.service';
import { AccessTokens, unauthenticated } from './access-tokens';
import type { LoginDto } from './dto/login.dto';
import type { RegisterDto } from './dto/register.dto';
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
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
    private readonly transactions: TransactionRunner,
  ) {}

  /** @throws DomainError EMAIL_TAKEN */
  async register(input: RegisterDto, userAgent: string | null): Promise<LoggedIn> {
    const user = await this.accounts.create({
      email: input.email,
      passwordHash: await this.hasher.hash(input.password),
      displayName: input.displayName,
      phone: input.phone ?? null,
      role: 'user',
    });
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
    if (account.status === 'suspended') throw suspended();
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

  /** @throws DomainError UNAUTHENTICATED, REFRESH_TOKEN_REUSED, ACCOUNT_SUSPENDED */
  async refresh(refreshToken: string | undefined): Promise<Issued> {
    if (!refreshToken) throw unauthenticated();
    const { id, user } = await this.sessions.ownerOf(refreshToken);
    const account = await this.accounts.findById(user);
    if (!account) throw unauthenticated();
    if (account.status === 'suspended') throw suspended();
    return this.issue(account, await this.sessions.rotate(id, refreshToken));
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
