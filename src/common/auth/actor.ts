import type { Types } from 'mongoose';

export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks: the first argument of every service method, the same for HTTP, sockets and jobs. */
export interface Actor {
  id: Types.ObjectId;
  role: Role;
  sessionId: Types.ObjectId;
}

/** Moderators and admins. */
export function isStaff(actor: Pick<Actor, 'role'>): boolean {
  return actor.role !== 'user';
}
