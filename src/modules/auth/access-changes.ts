import { Types } from 'mongoose';
import { ROLES, type Role } from '../../common/auth/actor';
import type { Change } from '../events/change-feed';
import type { AccessChange } from './access-state';

/** Which changes of `sessions` matter for access; written by us or by an operator's hand. */
export const SESSION_CHANGES = {
  $or: [
    { operationType: { $in: ['delete', 'replace'] } },
    { operationType: 'update', 'updateDescription.updatedFields.revokedAt': { $exists: true } },
  ],
};

/** Which changes of `users` matter for access. The many updates of positions are not among them. */
export const USER_CHANGES = {
  $or: [
    { operationType: { $in: ['delete', 'replace'] } },
    { operationType: 'update', 'updateDescription.updatedFields.status': { $exists: true } },
    { operationType: 'update', 'updateDescription.updatedFields.role': { $exists: true } },
  ],
};

export function fromSessionChange(change: Change): AccessChange[] {
  const id = keyOf(change);
  if (id === undefined) return [];
  const gone = change.operationType === 'delete';
  const revoked = gone || changedFields(change).revokedAt instanceof Date;
  return revoked ? [{ kind: 'session-revoked', session: id }] : [];
}

export function fromUserChange(change: Change): AccessChange[] {
  const user = keyOf(change);
  if (user === undefined) return [];
  if (change.operationType === 'delete') return [{ kind: 'user-barred', user, why: 'erased' }];
  const { status, role } = changedFields(change);
  const changes: AccessChange[] = [];
  if (status === 'active') changes.push({ kind: 'user-admitted', user });
  if (status === 'suspended' || status === 'erased') {
    changes.push({ kind: 'user-barred', user, why: status });
  }
  if (isRole(role)) changes.push({ kind: 'role-changed', user, role });
  return changes;
}

function keyOf(change: Change): string | undefined {
  const id: unknown = 'documentKey' in change ? change.documentKey?._id : undefined;
  return id instanceof Types.ObjectId ? id.toHexString() : undefined;
}

function changedFields(change: Change): Record<string, unknown> {
  if (change.operationType === 'update') return change.updateDescription.updatedFields ?? {};
  return change.operationType === 'replace' ? change.fullDocument : {};
}

function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
