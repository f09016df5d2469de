import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
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
 */
export class RefreshTokens {
  constructor(private readonly key: KeyObject) {}

  first(session: Types.ObjectId): string {
    return this.seal(session.toHexString(), randomBytes(32).toString('base64url'));
  }

  /** The token that follows; the same each time it is asked for. */
  successor(token: string): string {
    return this.seal(token.slice(0, 24), this.hmac('successor', token));
  }

  /** What is kept of a token. */
  hash(token: string): string {
    return this.hmac('hash', token);
  }

  /** The session of a token that this server once gave out; null for anything else. */
  sessionOf(token: string): Types.ObjectId | null {
    const [, session = '', secret = '', seal = ''] = FORM.exec(token) ?? [];
    if (!session) return null;
    const expected = Buffer.from(this.hmac('seal', `${session}.${secret}`));
    return timingSafeEqual(Buffer.from(seal), expected) ? new Types.ObjectId(session) : null;
  }

  private seal(session: string, secret: string): string {
    return `${session}.${secret}.${this.hmac('seal', `${session}.${secret}`)}`;
  }

  /** One key, several uses: the purpose keeps the result of one from serving as another. */
  private hmac(purpose: 'successor' | 'hash' | 'seal', text: string): string {
    return createHmac('sha256', this.key).update(`${purpose}\0${text}`).digest('base64url');
  }
}
