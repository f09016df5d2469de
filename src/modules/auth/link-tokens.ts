import { createHash, randomBytes } from 'node:crypto';

/** A link that is to be mailed. */
export interface IssuedLink {
  token: string;
  expiresAt: Date;
}

/** What makes a link in a mail worth something: 256 random bits. */
export function newLinkToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Stored in its place: whoever reads the database must not be able to take over accounts with it. Fast on purpose, for with
 * 256 random bits there is nothing to guess.
 */
export function linkTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
