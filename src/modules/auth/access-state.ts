import type { Role } from '../../common/auth/actor';

export type AccessChange =
  | { kind: 'session-revoked'; session: string }
  | { kind: 'user-barred'; user: string; why: 'suspended' | 'erased' }
  | { kind: 'user-admitted'; user: string }
  | { kind: 'role-changed'; user: string; role: Role };

/**
 * What access tokens do not know: which sessions were revoked, which users barred, which roles changed since they were
 * signed. Ids are hexadecimal. It forgets what no token that is still valid could contradict, so its size follows the
 * rate of such changes and not the age of the process; only suspensions are kept as long as they last.
 */
export class AccessState {
  private readonly sessions = new Map<string, number>();
  private readonly barred = new Map<string, { why: 'suspended' | 'erased'; until: number }>();
  private readonly roles = new Map<string, { role: Role; until: number }>();
  private sweepAt = 0;

  /** @param rememberMs the life of an access token, and some more for one that was being signed at the time. */
  constructor(private readonly rememberMs: number) {}

  /** @returns true if this took access away that was there before. */
  apply(change: AccessChange, now: number): boolean {
    this.sweep(now);
    const until = now + this.rememberMs;
    switch (change.kind) {
      case 'session-revoked': {
        const known = this.sessions.has(change.session);
        if (!known) this.sessions.set(change.session, until);
        return !known;
      }
      case 'user-barred': {
        const known = this.barred.has(change.user);
        this.barred.set(change.user, {
          why: change.why,
          until: change.why === 'suspended' ? Infinity : until,
        });
        return !known;
      }
      case 'user-admitted':
        this.barred.delete(change.user);
        return false;
      case 'role-changed':
        this.roles.set(change.user, { role: change.role, until });
        return false;
    }
  }

  isRevoked(session: string): boolean {
    return this.sessions.has(session);
  }

  whyBarred(user: string): 'suspended' | 'erased' | undefined {
    return this.barred.get(user)?.why;
  }

  /** The role that holds now, where it may differ from the one in a token. */
  roleOf(user: string): Role | undefined {
    return this.roles.get(user)?.role;
  }

  /** How much is remembered. */
  get size(): number {
    return this.sessions.size + this.barred.size + this.roles.size;
  }

  private sweep(now: number): void {
    if (now < this.sweepAt) return;
    this.sweepAt = now + this.rememberMs / 10;
    for (const [id, until] of this.sessions) if (until <= now) this.sessions.delete(id);
    for (const [id, { until }] of this.barred) if (until <= now) this.barred.delete(id);
    for (const [id, { until }] of this.roles) if (until <= now) this.roles.delete(id);
  }
}
