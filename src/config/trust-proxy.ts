import { isIP } from 'node:net';

/**
 * Whose word on `X-Forwarded-For` is taken: nobody's, everybody's, or that of these addresses alone. Not "so many proxies
 * deep": whoever gets at the node past the proxy could then write what they like.
 */
export type TrustProxy = boolean | string[];

/** Ranges that Fastify knows by name. */
const NAMED = ['loopback', 'linklocal', 'uniquelocal'];

/** Reads `TRUST_PROXY`; undefined where it is none of its forms. */
export function parseTrustProxy(value: unknown): TrustProxy | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  const ranges = String(value)
    .split(',')
    .map((range) => range.trim());
  return ranges.every(isRange) ? ranges : undefined;
}

function isRange(range: string): boolean {
  if (NAMED.includes(range)) return true;
  const [address = '', bits, ...rest] = range.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
