import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Types } from 'mongoose';
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { authConfig } from '../../config/auth.config';

const FORM = /^([0-9a-f]{24})\.([0-9a-z]{1,11})\.([\w-]{43})$/;

/** What a token is about: which invitation, and until when, so that renewing it ends the links of older mails. */
export interface InvitationClaims {
  invitation: Types.ObjectId;
  expiresAt: Date;
}

/**
 * The tokens of invitations, as `invitation.expiry.signature`. They are signed, so nobody makes one up, and made again from
 * what they say whenever the mail has to be sent once more: none is stored, so who reads the database cannot come in with one.
 */
@Injectable()
export class InvitationTokens {
  constructor(@Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>) {}

  /** The same each time, while the key is the same. */
  sign({ invitation, expiresAt }: InvitationClaims): string {
    const text = `${invitation.toHexString()}.${expiresAt.getTime().toString(36)}`;
    return `${text}.${signature(this.config.accessKeys.signing, text)}`;
  }

  /** What a token of ours says; null for any other text. Says nothing of whether it has expired or was used. */
  read(token: string): InvitationClaims | null {
    const [, invitation, expiry, given] = FORM.exec(token) ?? [];
    if (invitation === undefined || expiry === undefined || given === undefined) return null;
    const text = `${invitation}.${expiry}`;
    const ours = this.config.accessKeys.accepted.some((key) =>
      timingSafeEqual(Buffer.from(given), Buffer.from(signature(key, text))),
    );
    if (!ours) return null;
    return {
      invitation: new Types.ObjectId(invitation),
      expiresAt: new Date(Number.parseInt(expiry, 36)),
    };
  }
}

/** One key, several uses: the purpose keeps a signature made for one from serving for another. */
function signature(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(`organization invitation\0${text}`).digest('base64url');
}
