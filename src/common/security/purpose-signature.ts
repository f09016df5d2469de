import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * The signature of a text, 43 characters of base64url. One key has several uses: the purpose keeps what was signed for one of
 * them from serving for another.
 */
export function signFor(purpose: string, key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(`${purpose}\0${text}`).digest('base64url');
}

/** The one of our keys that a text was signed with for a purpose; undefined where the signature is of none of them. */
export function signerOf(
  purpose: string,
  keys: readonly KeyObject[],
  text: string,
  signature: string,
): KeyObject | undefined {
  const given = Buffer.from(signature);
  return keys.find((key) => {
    const expected = Buffer.from(signFor(purpose, key, text));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
