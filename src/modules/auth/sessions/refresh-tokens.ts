import { type KeyObject, randomBytes } from 'node:crypto';
import { signerOf, signFor } from '../../../common/security/purpose-signature';
import type { KeyRing } from '../../../config/auth.config';
import { Types } from 'mongoose';

const FORM = /^([0-9a-f]{24})\.([\w-]{43})\.([\w-]{43})$/;

/**
 * Refresh tokens as `session.secret.seal`.
 *
 * - The first secret is random, each later one an HMAC of the token before. So the server can give the same successor
 *   again without keeping any token, and nobody without the key can compute it.
 * - The seal is an HMAC of the rest. It tells tokens that were once given out from those that never were: only the former
 *   may revoke a session by being too old. Else whoever knows a session's id (it stands in every access token) could end
 *   it with a made-up token.
 *
 * While the secret is exchanged there is more than one key. New tokens are made with the signing one; what is kept of a
 * token is always made with the key that sealed it, so all nodes agree on it whichever key they sign with.
 */
export class RefreshTokens {
  constructor(private readonly keys: KeyRing) {}

  first(session: Types.ObjectId): string {
    return seal(
      this.keys.signing,
      `${session.toHexString()}.${randomBytes(32).toString('base64url')}`,
    );
  }

  /** What may follow a token, by each of our keys, the signing one first; the same each time it is asked for. */
  successors(token: string): [string, ...string[]] {
    const { signing, accepted } = this.keys;
    const follow = (key: KeyObject) =>
      seal(key, `${token.slice(0, 24)}.${signFor('successor', key, token)}`);
    return [follow(signing), ...accepted.slice(1).map(follow)];
  }

  /** What is kept of a token. */
  hash(token: string): string {
    return signFor('hash', this.sealedBy(token) ?? this.keys.signing, token);
  }

  /** The session of a token that this server once gave out; null for anything else. */
  sessionOf(token: string): Types.ObjectId | null {
    return this.sealedBy(token) ? new Types.ObjectId(token.slice(0, 24)) : null;
  }

  private sealedBy(token: string): KeyObject | undefined {
    const [, session, secret, given = ''] = FORM.exec(token) ?? [];
    if (session === undefined) return undefined;
    return signerOf('seal', this.keys.accepted, `${session}.${secret}`, given);
  }
}

function seal(key: KeyObject, text: string): string {
  return `${text}.${signFor('seal', key, text)}`;
}
