import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { compare, hash } from 'bcrypt';
import { randomBytes } from 'node:crypto';
import { PASSWORD_MAX_BYTES } from '../../../common/validation/is-password.decorator';
import { authConfig } from '../../../config/auth.config';

/** Hashes passwords and compares them, with bcrypt. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private nobodysHash = '';

  constructor(@Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>) {}

  async onModuleInit(): Promise<void> {
    this.nobodysHash = await this.hash(randomBytes(32).toString('base64url'));
  }

  hash(password: string): Promise<string> {
    return hash(password, this.config.bcryptRounds);
  }

  /**
   * @param known null where there is no such account: the comparison is made all the same, with a hash of the same cost.
   * Threat: an answer that comes sooner for unknown addresses tells who has an account.
   */
  async matches(password: string, known: string | null): Promise<boolean> {
    const equal = await compare(password, known ?? this.nobodysHash);
    return equal && known !== null && isReadWhole(password);
  }
}

/** bcrypt reads up to 72 bytes or a NUL: a longer text that begins with the password is not the password. */
function isReadWhole(password: string): boolean {
  return Buffer.byteLength(password) <= PASSWORD_MAX_BYTES && !password.includes('\0');
}
