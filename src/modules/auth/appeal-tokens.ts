import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Types } from 'mongoose';
import { signerOf, signFor } from '../../common/security/purpose-signature';
import { authConfig } from '../../config/auth.config';

/** Keeps what is signed here from serving anywhere else. */
const PURPOSE = 'moderation appeal';

const FORM = /^([0-9a-f]{24})\.([\w-]{43})$/;

/**
 * The tokens by which somebody who cannot log in appeals, as `decision.signature`. They go to the mail address of whoever was
 * acted on and to who knows their password; all they open is the appeal against that one decision, which there is one of. None
 * is stored.
 */
@Injectable()
export class AppealTokens {
  constructor(@Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>) {}

  sign(decision: Types.ObjectId): string {
    const text = decision.toHexString();
    return `${text}.${signFor(PURPOSE, this.config.accessKeys.signing, text)}`;
  }

  /** Which decision a token of ours is about; null for any other text. */
  read(token: string): Types.ObjectId | null {
    const [, decision, given] = FORM.exec(token) ?? [];
    if (decision === undefined || given === undefined) return null;
    const ours = signerOf(PURPOSE, this.config.accessKeys.accepted, decision, given) !== undefined;
    return ours ? new Types.ObjectId(decision) : null;
  }
}
