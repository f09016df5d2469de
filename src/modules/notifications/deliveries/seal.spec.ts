import { createSecretKey } from 'node:crypto';
import type { KeyRing } from '../../../config/auth.config';
import { Seal } from './seal';

const key = (text: string) => createSecretKey(Buffer.from(text.repeat(32)));
const ring = (signing: string, ...also: string[]): KeyRing => ({
  signing: key(signing),
  accepted: [key(signing), ...also.map(key)],
});
const link = 'https://api.example.org/reset-password?token=abc';

describe('A seal', () => {
  it('shows nothing of what is under it, and is another each time', () => {
    const seal = new Seal(ring('a'));
    const sealed = seal.close(link);
    expect(sealed).not.toContain('token');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('token');
    expect(seal.close(link)).not.toBe(sealed);
    expect(seal.open(sealed)).toBe(link);
  });

  it('is opened while the secret is exchanged, before and after', () => {
    const sealed = new Seal(ring('a')).close(link);
    expect(new Seal(ring('b', 'a')).open(sealed)).toBe(link);
    expect(new Seal(ring('a', 'b')).open(new Seal(ring('b', 'a')).close(link))).toBe(link);
  });

  it('is not opened by another secret, nor once it was changed', () => {
    const sealed = new Seal(ring('a')).close(link);
    expect(() => new Seal(ring('b')).open(sealed)).toThrow('No key');
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => new Seal(ring('a')).open(bytes.toString('base64'))).toThrow('No key');
    expect(() => new Seal(ring('a')).open('')).toThrow('No key');
  });
});
