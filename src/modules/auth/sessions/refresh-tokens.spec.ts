import { Types } from 'mongoose';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { RefreshTokens } from './refresh-tokens';

describe('RefreshTokens', () => {
  const newKey = () => createSecretKey(randomBytes(32));
  const ring = (signing: KeyObject, ...others: KeyObject[]) =>
    new RefreshTokens({ signing, accepted: [signing, ...others] });
  const tokens = ring(newKey());
  const session = new Types.ObjectId();

  it('begin at random: two of one session differ', () => {
    expect(tokens.first(session)).not.toBe(tokens.first(session));
  });

  it('have one successor each, the same whenever it is asked for', () => {
    const first = tokens.first(session);
    const second = tokens.successors(first)[0];
    expect(tokens.successors(first)[0]).toBe(second);
    expect(second).not.toBe(first);
    expect(tokens.successors(second)[0]).not.toBe(second);
    expect(tokens.successors(tokens.first(session))[0]).not.toBe(second);
  });

  it('name their session, along the whole chain', () => {
    let token = tokens.first(session);
    for (let step = 0; step < 5; step += 1) {
      expect(tokens.sessionOf(token)?.equals(session)).toBe(true);
      token = tokens.successors(token)[0];
    }
  });

  it('cannot be continued or recognised with another key', () => {
    const others = ring(newKey());
    const token = tokens.first(session);
    expect(others.sessionOf(token)).toBeNull();
    expect(others.successors(token)[0]).not.toBe(tokens.successors(token)[0]);
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
    expect(tokens.successors(token)[0]).not.toContain(tokens.hash(token));
    expect(tokens.hash(token)).not.toBe(tokens.hash(tokens.successors(token)[0]));
  });

  describe('while the secret is exchanged', () => {
    const [old, next] = [newKey(), newKey()];
    const ready = ring(old, next);
    const turned = ring(next, old);

    it('are recognised by every node, and kept in the same form, whichever key made them', () => {
      for (const token of [ready.first(session), turned.first(session)]) {
        expect(ready.sessionOf(token)?.equals(session)).toBe(true);
        expect(turned.sessionOf(token)?.equals(session)).toBe(true);
        expect(ready.hash(token)).toBe(turned.hash(token));
      }
    });

    it('have the same possible successors everywhere, the one of the signing key first', () => {
      const token = ready.first(session);
      const [byNext, byOld] = turned.successors(token);
      expect(ready.successors(token)).toEqual([byOld, byNext]);
      expect(ring(old).sessionOf(ready.successors(token)[0])).not.toBeNull();
      expect(ring(next).sessionOf(turned.successors(token)[0])).not.toBeNull();
    });

    it('made with a key that is no longer accepted are strangers', () => {
      expect(ring(next).sessionOf(ready.first(session))).toBeNull();
    });
  });
});
