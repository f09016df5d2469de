import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { authConfig } from '../../../config/auth.config';
import { type IssuedLink, linkTokenHash, newLinkToken } from '../link-tokens';
import { PasswordReset } from '../schemas/password-reset.schema';

/** The tokens in reset links: random, stored hashed, good for one use within the hour. */
@Injectable()
export class PasswordResets {
  constructor(
    @InjectModel(PasswordReset.name) private readonly resets: Model<PasswordReset>,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly clock: Clock,
  ) {}

  /** Inside the transaction that queues its mail. @param email where the link is sent: it proves that address and opens nothing once the account has another. */
  async issue(user: Types.ObjectId, email: string): Promise<IssuedLink> {
    const token = newLinkToken();
    const expiresAt = later(this.clock.now(), this.config.resetTokenSeconds * SECOND);
    await this.resets.create([{ user, email, tokenHash: linkTokenHash(token), expiresAt }]);
    return { token, expiresAt };
  }

  /** Takes the link away and tells whose it was; of two who come with the same one, one gets null. */
  async use(token: string): Promise<PasswordReset | null> {
    return this.resets
      .findOneAndDelete({ tokenHash: linkTokenHash(token), expiresAt: { $gt: this.clock.now() } })
      .lean<PasswordReset>();
  }

  /** Ends every link that is still on its way. */
  async discard(user: Types.ObjectId): Promise<void> {
    await this.resets.deleteMany({ user });
  }
}
