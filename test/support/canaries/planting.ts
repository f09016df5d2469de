import { plantPassword, plantPhone, plantPosition, plantToken } from './canary-watch';

const DEEPEST = 4;

/** Takes the secrets out of what somebody sends, wherever in it they stand. */
export function plantFrom(sent: unknown, owner: string | null, depth = 0): void {
  if (typeof sent !== 'object' || sent === null || depth > DEEPEST) return;
  for (const [name, value] of Object.entries(sent)) {
    if (typeof value === 'string') plantText(name, value, owner);
    else if (typeof value !== 'number') plantFrom(value, owner, depth + 1);
    else if (owner && (name === 'latitude' || name === 'longitude')) plantPosition(value, owner);
  }
}

/** What is sent here is made public: a shop's place and telephone are no secrets of who writes them. */
export function isPublished(path: string): boolean {
  return /^(\/api\/v1)?\/businesses(\/|\?|$)/.test(path);
}

function plantText(name: string, value: string, owner: string | null): void {
  if (/^(current|new)?password$/i.test(name)) plantPassword(value);
  if (name === 'token') plantToken(value);
  if (name === 'phone' && owner) plantPhone(value, owner);
}

/** Whose token it is, by its own account: it was the sender's to send. */
export function ownerOf(authorization: string | undefined): string | null {
  const { userId } = claimsOf(authorization);
  return typeof userId === 'string' ? userId : null;
}

/** As what its owner acts, by its own account. */
export function roleIn(token: string | undefined): unknown {
  return claimsOf(`Bearer ${token}`).role;
}

function claimsOf(authorization: string | undefined): { userId?: unknown; role?: unknown } {
  const [, claims] = /^Bearer [\w-]+\.([\w-]+)\./i.exec(authorization ?? '') ?? [];
  try {
    return Object(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())) as object;
  } catch {
    return {};
  }
}

/** Register, log in, refresh: the answers by which tokens are handed out. */
export function handsOutTokens(method: string, path: string): boolean {
  return method === 'POST' && /\/api\/v1\/auth\/(register|login|refresh)(\?|$)/.test(path);
}

/** The account that an answer of register or log in is about. */
export function accountIn(answer: string): string | null {
  return /"user":\{"id":"([0-9a-f]{24})"/.exec(answer)?.[1] ?? null;
}
