import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { KeyRing } from '../../../config/auth.config';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Keeps this key apart from all others that are made of the same secret. */
const PURPOSE = 'allynet sealed mail';

/**
 * Keeps mails that wait in the database from whoever can read it alone: they hold links that open accounts. The keys come of the
 * refresh secrets, so that they are exchanged with those.
 */
export class Seal {
  private readonly closing: Buffer;
  private readonly opening: Buffer[];

  constructor({ signing, accepted }: KeyRing) {
    this.closing = derived(signing);
    this.opening = accepted.map(derived);
  }

  close(text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.closing, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws Error where none of the keys closed it, or it was changed. */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const iv = bytes.subarray(0, IV_BYTES);
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    for (const key of this.opening) {
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(tag);
        const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // the next key
      }
    }
    throw new Error('No key opens this seal');
  }
}

function derived(secret: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), PURPOSE, KEY_BYTES));
}
