import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { AuditLog } from '../audit/audit-log';
import type { AuditChange } from '../audit/schemas/audit-entry.schema';
import { AccessRegistry } from '../auth/access-registry';
import type { Page } from '../../common/http/pagination';
import type { ListUsersQuery } from '../users/dto/list-users.query';
import type { UserView } from '../users/dto/user.view';
import type { User } from '../users/schemas/user.schema';
import { type StaffChanges, UserAdministrationService } from '../users/user-administration.service';
import { UserLifecycle } from '../users/user-lifecycle';
import { toStaffView } from '../users/user.view';
import { refusal } from './moderation.rules';

/** Verifying helpers, suspending accounts, giving roles. */
@Injectable()
export class UserModerationService {
  constructor(
    private readonly users: UserAdministrationService,
    private readonly lifecycle: UserLifecycle,
    private readonly audit: AuditLog,
    private readonly registry: AccessRegistry,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * That somebody's account was looked at, with address and phone number, is recorded.
   *
   * @throws DomainError NOT_FOUND
   */
  async view(actor: Actor, id: Types.ObjectId): Promise<UserView> {
    const user = found(await this.users.find(id));
    await this.audit.access(actor, 'user', id);
    return toStaffView(user);
  }

  /** That the list was read is recorded, on whoever read it; each place in it is coarse. */
  async list(actor: Actor, query: ListUsersQuery): Promise<Page<UserView>> {
    await this.audit.access(actor, 'users', actor.id);
    return this.users.list(query);
  }

  /**
   * The change, its consequences for a live emergency, and its record commit together; access follows at once on this
   * node and through the change stream on the others.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN
   */
  async change(actor: Actor, id: Types.ObjectId, wanted: StaffChanges): Promise<UserView> {
    const user = await this.transactions.run(async () => {
      const target = found(await this.users.find(id));
      // What is erased stays erased: there is nobody left to verify or to admit.
      if (target.status === 'erased') throw notFound('The user');
      await this.refuse(actor, target, wanted);
      const changes = difference(target, wanted);
      if (Object.keys(changes).length === 0) return target;
      const changed = found(await this.users.change(id, pick(wanted, changes)));
      if (wanted.status && changes.status) await this.lifecycle.standingChanged(id, wanted.status);
      if (changes.status?.to === 'suspended') await this.lifecycle.helperRevoked(id, 'suspended');
      if (changes.verified?.to === false) await this.lifecycle.helperRevoked(id, 'unverified');
      await this.audit.record(actor, 'user.changed', id, changes);
      return changed;
    });
    this.registry.standingChanged({ id, role: user.role, status: user.status });
    return toStaffView(user);
  }

  private async refuse(actor: Actor, target: User, wanted: StaffChanges): Promise<void> {
    const reason = refusal(
      { id: actor.id.toHexString(), role: actor.role },
      { id: target._id.toHexString(), role: target.role },
      wanted,
    );
    if (reason !== null) throw new DomainError('FORBIDDEN', reason);
    // The last admin cannot be lost: nobody takes their own role away, and whoever takes another's is still an admin when
    // that commits. Two who do it to each other at once conflict in the database, and the second finds the role gone.
    const touchesAdmins = target.role === 'admin' || wanted.role !== undefined;
    if (touchesAdmins && !(await this.users.holdAdmin(actor.id))) {
      throw new DomainError('FORBIDDEN', 'You are no longer an admin.');
    }
  }
}

function found(user: User | null): User {
  if (!user) throw notFound('The user');
  return user;
}

/** What would really change, for the record. */
function difference(
  user: User,
  wanted: StaffChanges,
): Partial<Record<keyof StaffChanges | 'suspendedBy', AuditChange>> {
  const changes: Partial<Record<keyof StaffChanges | 'suspendedBy', AuditChange>> = {};
  for (const field of ['verified', 'status', 'role'] as const) {
    const to = wanted[field];
    if (to !== undefined && to !== user[field]) changes[field] = { from: user[field], to };
  }
  // By hand takes the place of a decision: no end of its own, and no appeal lifts it.
  if (wanted.status === 'suspended' && user.status === 'suspended' && user.suspendedBy) {
    changes.suspendedBy = { from: user.suspendedBy, to: null };
  }
  return changes;
}

function pick(wanted: StaffChanges, changes: object): StaffChanges {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([field]) => field in changes || (field === 'status' && 'suspendedBy' in changes),
    ),
  );
}
