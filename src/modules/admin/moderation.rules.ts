import type { Role } from '../../common/auth/actor';
import type { StaffChanges } from '../users/user-administration.service';

interface Person {
  id: string;
  role: Role;
}

/**
 * Who of the staff may change what of whom.
 *
 * @returns why not, as a sentence for the caller; null if they may.
 */
export function refusal(actor: Person, target: Person, changes: StaffChanges): string | null {
  if (actor.role === 'user') return 'This needs the role moderator or admin.';
  if (changes.role !== undefined && actor.role !== 'admin') return 'Only an admin changes roles.';
  if (target.role !== 'user' && actor.role !== 'admin') {
    return 'Only an admin changes the account of a moderator or an admin.';
  }
  if (actor.id === target.id) {
    // A slip of the hand must not lock somebody out of their own work.
    if (changes.status === 'suspended') return 'You cannot suspend yourself.';
    if (changes.role !== undefined && changes.role !== target.role) {
      return 'You cannot change your own role.';
    }
  }
  return null;
}
