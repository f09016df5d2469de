import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { createHash, randomBytes } from 'node:crypto';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { authConfig } from '../../../config/auth.config';
import { PasswordReset } from '../schemas/password-reset.schema';

/** The tokens in reset links: random, stored hashed, good for one use within the hour. */
@Injectable()
export class PasswordResets {
  constructor(
    @InjectModel(PasswordReset.name) private readonly resets: Model<PasswordReset>,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly clock: Clock,
  ) {}

  async issue(user: Types.ObjectId): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.resets.create({
      user,
      tokenHash: hashOf(token),
      expiresAt: later(this.clock.now(), this.config.resetTokenSeconds * SECOND),
    });
    return token;
  }

  /** Takes the token away and tells whose it was; of two who come with the same one, one gets null. */
  async use(token: string): Promise<Types.ObjectId | null> {
    const reset = await this.resets
      .findOneAndDelete({ tokenHash: hashOf(token), expiresAt: { $gt: this.clock.now() } })
      .lean<PasswordReset>();
    return reset?.user ?? null;
  }

  /** Ends every link that is still on its way. */
  async discard(user: Types.ObjectId): Promise<void> {
    await this.resets.deleteMany({ user });
  }
}

/** Fast on purpose: the token has 256 random bits, so there is nothing to guess. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
