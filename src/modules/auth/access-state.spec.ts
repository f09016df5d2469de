import { AccessState } from './access-state';

const LIFE = 16 * 60_000;

describe('AccessState', () => {
  it('knows what was revoked, and says for each revocation once that it is news', () => {
    const state = new AccessState(LIFE);
    expect(state.apply({ kind: 'session-revoked', session: 's' }, 0)).toBe(true);
    expect(state.apply({ kind: 'session-revoked', session: 's' }, 1)).toBe(false);
    expect(state.isRevoked('s')).toBe(true);
    expect(state.isRevoked('other')).toBe(false);
  });

  it('bars and admits users', () => {
    const state = new AccessState(LIFE);
    expect(state.apply({ kind: 'user-barred', user: 'u', why: 'suspended' }, 0)).toBe(true);
    expect(state.whyBarred('u')).toBe('suspended');
    expect(state.apply({ kind: 'user-admitted', user: 'u' }, 1)).toBe(false);
    expect(state.whyBarred('u')).toBeUndefined();
    expect(state.apply({ kind: 'user-barred', user: 'u', why: 'suspended' }, 2)).toBe(true);
  });

  it('keeps the latest role', () => {
    const state = new AccessState(LIFE);
    state.apply({ kind: 'role-changed', user: 'u', role: 'admin' }, 0);
    state.apply({ kind: 'role-changed', user: 'u', role: 'user' }, 1);
    expect(state.roleOf('u')).toBe('user');
  });

  it('forgets what no valid token can contradict any more, but never a suspension', () => {
    const state = new AccessState(LIFE);
    for (let index = 0; index < 1000; index += 1) {
      state.apply({ kind: 'session-revoked', session: `s${index}` }, 0);
      state.apply({ kind: 'user-barred', user: `e${index}`, why: 'erased' }, 0);
      state.apply({ kind: 'role-changed', user: `r${index}`, role: 'user' }, 0);
    }
    state.apply({ kind: 'user-barred', user: 'suspended', why: 'suspended' }, 0);
    state.apply({ kind: 'session-revoked', session: 'kept' }, LIFE - 1);
    expect(state.size).toBe(3002);
    state.apply({ kind: 'session-revoked', session: 'new' }, LIFE + LIFE / 10);
    expect(state.size).toBe(3);
    expect(state.isRevoked('kept')).toBe(true);
    expect(state.whyBarred('suspended')).toBe('suspended');
  });
});
