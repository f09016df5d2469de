import { createHmac, type KeyObject } from 'node:crypto';
import type { KeyRing } from '../../config/auth.config';

/** Long enough to tell a handful of keys apart. */
const ID_LENGTH = 12;

/**
 * The keys of access tokens. Each token names its key in its header (`kid`, RFC 7515, section 4.1.4), so that while a
 * secret is exchanged one signature is checked, not one for each key.
 */
export class AccessKeys {
  readonly signing: KeyObject;
  /** The `kid` of tokens signed now. */
  readonly signingId: string;
  private readonly byId: Map<string, KeyObject>;

  constructor({ signing, accepted }: KeyRing) {
    this.signing = signing;
    this.signingId = idOf(signing);
    this.byId = new Map(accepted.map((key) => [idOf(key), key]));
  }

  /** The key that a token says it was signed with, if it is one of ours; else the one that cannot have signed it. */
  of(token: string): KeyObject {
    return this.byId.get(keyIdIn(token) ?? '') ?? this.signing;
  }
}

/** Tells nothing of the key to who does not have it. */
function idOf(key: KeyObject): string {
  return createHmac('sha256', key).update('key id').digest('base64url').slice(0, ID_LENGTH);
}

/** Nothing in it has been verified yet: it can be anything. */
function keyIdIn(token: string): string | undefined {
  try {
    const header: unknown = JSON.parse(
      Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString(),
    );
    const { kid } = (header ?? {}) as { kid?: unknown };
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
