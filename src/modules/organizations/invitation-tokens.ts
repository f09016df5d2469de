import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Types } from 'mongoose';
import { signerOf, signFor } from '../../common/security/purpose-signature';
import { authConfig } from '../../config/auth.config';

/** Keeps what is signed here from serving anywhere else. */
const PURPOSE = 'organization invitation';

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
    return `${text}.${signFor(PURPOSE, this.config.accessKeys.signing, text)}`;
  }

  /** What a token of ours says; null for any other text. Says nothing of whether it has expired or was used. */
  read(token: string): InvitationClaims | null {
    const [, invitation, expiry, given] = FORM.exec(token) ?? [];
    if (invitation === undefined || expiry === undefined || given === undefined) return null;
    const text = `${invitation}.${expiry}`;
    const ours = signerOf(PURPOSE, this.config.accessKeys.accepted, text, given) !== undefined;
    if (!ours) return null;
    return {
      invitation: new Types.ObjectId(invitation),
      expiresAt: new Date(Number.parseInt(expiry, 36)),
    };
  }
}
