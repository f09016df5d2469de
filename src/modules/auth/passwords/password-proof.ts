import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { invalidField } from '../../../common/errors/domain-error';
import { Clock, HOUR, later } from '../../../common/time/clock';
import { AccountsService } from '../../users/accounts.service';
import { Session } from '../schemas/session.schema';
import { PasswordHasher } from './password-hasher';
import { wrongPassword } from './password.service';

/** Whoever logged in so lately has just shown that they know the password. */
const RECENT_MS = HOUR;

/** Asks once more who is there, before what a stolen phone or token must not do. */
@Injectable()
export class PasswordProof {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly accounts: AccountsService,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError INVALID_CREDENTIALS for a wrong password, VALIDATION_FAILED where none was given and the session that
   * asks did not log in within the last hour.
   */
  async require(actor: Actor, password: string | undefined): Promise<void> {
    if (password === undefined) return this.requireRecent(actor);
    const account = await this.accounts.findById(actor.id);
    if (!(await this.hasher.matches(password, account?.passwordHash ?? null))) {
      throw wrongPassword();
    }
  }

  private async requireRecent(actor: Actor): Promise<void> {
    const recent = await this.sessions.exists({
      _id: actor.sessionId,
      user: actor.id,
      createdAt: { $gt: later(this.clock.now(), -RECENT_MS) },
    });
    if (!recent) {
      throw invalidField('password', 'You logged in more than an hour ago: send your password too');
    }
  }
}
