import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Types } from 'mongoose';
import { signerOf, signFor } from '../../common/security/purpose-signature';
import { authConfig } from '../../config/auth.config';

/** Keeps what is signed here from serving anywhere else. */
const PURPOSE = 'emergency tracking';

const FORM = /^([0-9a-f]{24})\.([0-9a-f]{24})\.([0-9a-z]{1,11})\.([\w-]{43})$/;

/** What a link is good for: one emergency, shown to one of the requester's contacts, for a while. */
export interface TrackingClaims {
  emergency: Types.ObjectId;
  contact: Types.ObjectId;
  expiresAt: Date;
}

/**
 * The tokens of tracking links, as `emergency.contact.expiry.signature`. Signed, so nobody makes one up; made again from what they
 * say for each message, so none is stored and whoever reads the database cannot follow anybody with one.
 */
@Injectable()
export class TrackingTokens {
  constructor(@Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>) {}

  /** The same each time, while the key is the same. */
  sign({ emergency, contact, expiresAt }: TrackingClaims): string {
    const expiry = expiresAt.getTime().toString(36);
    const text = `${emergency.toHexString()}.${contact.toHexString()}.${expiry}`;
    return `${text}.${signFor(PURPOSE, this.config.accessKeys.signing, text)}`;
  }

  /** What a token of ours says, until it expires; null for any other text. */
  read(token: string, now: Date): TrackingClaims | null {
    const [, emergency = '', contact = '', expiry = '', given = ''] = FORM.exec(token) ?? [];
    if (given === '') return null;
    const text = `${emergency}.${contact}.${expiry}`;
    const ours = signerOf(PURPOSE, this.config.accessKeys.accepted, text, given) !== undefined;
    const expiresAt = new Date(Number.parseInt(expiry, 36));
    if (!ours || expiresAt <= now) return null;
    return {
      emergency: new Types.ObjectId(emergency),
      contact: new Types.ObjectId(contact),
      expiresAt,
    };
  }
}
