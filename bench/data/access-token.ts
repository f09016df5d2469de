import { createHmac } from 'node:crypto';
import { emailOf, type Kind, personId, sessionId } from './people';

const ISSUER = 'allynet';
const AUDIENCE = 'allynet-clients';
const LIVES_SECONDS = 15 * 60;

/** An access token as AllyNet signs it, so that thousands of people need not log in first. */
export function accessToken(secret: string, kind: Kind, index: number): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const claims = encode({
    userId: personId(kind, index).toHexString(),
    role: 'user',
    email: emailOf(kind, index),
    sid: sessionId(kind, index).toHexString(),
    iat: issuedAt,
    exp: issuedAt + LIVES_SECONDS,
    aud: AUDIENCE,
    iss: ISSUER,
  });
  const signature = createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url');
  return `${head}.${claims}.${signature}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
