import { Types } from 'mongoose';
import { createSecretKey, randomBytes } from 'node:crypto';
import { RefreshTokens } from './refresh-tokens';

describe('RefreshTokens', () => {
  const tokens = new RefreshTokens(createSecretKey(randomBytes(32)));
  const session = new Types.ObjectId();

  it('begin at random: two of one session differ', () => {
    expect(tokens.first(session)).not.toBe(tokens.first(session));
  });

  it('have one successor each, the same whenever it is asked for', () => {
    const first = tokens.first(session);
    const second = tokens.successor(first);
    expect(tokens.successor(first)).toBe(second);
    expect(second).not.toBe(first);
    expect(tokens.successor(second)).not.toBe(second);
    expect(tokens.successor(tokens.first(session))).not.toBe(second);
  });

  it('name their session, along the whole chain', () => {
    let token = tokens.first(session);
    for (let step = 0; step < 5; step += 1) {
      expect(tokens.sessionOf(token)?.equals(session)).toBe(true);
      token = tokens.successor(token);
    }
  });

  it('cannot be continued or recognised with another key', () => {
    const others = new RefreshTokens(createSecretKey(randomBytes(32)));
    const token = tokens.first(session);
    expect(others.sessionOf(token)).toBeNull();
    expect(others.successor(token)).not.toBe(tokens.successor(token));
    expect(others.hash(token)).not.toBe(tokens.hash(token));
  });

  it('are recognised whole: any changed character makes them strangers', () => {
    const token = tokens.first(session);
    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token[at] === 'a' ? 'b' : 'a';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(tokens.sessionOf(changed)).toBeNull();
    }
    for (const nonsense of ['', '.', '..', token.slice(0, -1), `${token}A`, `${token}\n`]) {
      expect(tokens.sessionOf(nonsense)).toBeNull();
    }
  });

  it('do not give away their successor in what is stored of them', () => {
    const token = tokens.first(session);
    expect(tokens.successor(token)).not.toContain(tokens.hash(token));
    expect(tokens.hash(token)).not.toBe(tokens.hash(tokens.successor(token)));
  });
});
