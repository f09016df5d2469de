import type { Role } from '../../common/auth/actor';
import type { StaffChanges } from '../users/user-administration.service';
import { refusal } from './moderation.rules';

const person = (role: Role, id: string = role) => ({ id, role });

describe('Who of the staff may change what', () => {
  it.each<[Role, Role, StaffChanges, boolean]>([
    ['user', 'user', { verified: true }, false],
    ['moderator', 'user', { verified: true }, true],
    ['moderator', 'user', { status: 'suspended' }, true],
    ['moderator', 'user', { role: 'moderator' }, false],
    ['moderator', 'user', { verified: true, role: 'user' }, false],
    ['moderator', 'moderator', { verified: true }, false],
    ['moderator', 'admin', { status: 'suspended' }, false],
    ['admin', 'user', { role: 'admin' }, true],
    ['admin', 'moderator', { role: 'user' }, true],
    ['admin', 'admin', { role: 'user' }, true],
    ['admin', 'admin', { status: 'suspended' }, true],
  ])('%s, the account of another %s, %j: %s', (actor, target, changes, allowed) => {
    const reason = refusal(person(actor), person(target, 'another'), changes);
    expect(reason === null).toBe(allowed);
  });

  it.each<[Role, StaffChanges, boolean]>([
    ['admin', { status: 'suspended' }, false],
    ['admin', { role: 'moderator' }, false],
    ['admin', { role: 'admin' }, true],
    ['admin', { verified: true }, true],
    ['moderator', { verified: true }, false],
  ])('%s, their own account, %j: %s', (role, changes, allowed) => {
    expect(refusal(person(role), person(role), changes) === null).toBe(allowed);
  });
});
