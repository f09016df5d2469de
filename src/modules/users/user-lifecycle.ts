import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Place } from '../../common/geo/geo';

export interface LocationFix extends Place {
  accuracyMeters: number | null;
}

export type Standing = 'active' | 'suspended';

/**
 * What other modules need to know of an account's life. All but `onLocation` are called inside the transaction that
 * changes the account, so the consequences commit with their cause or not at all.
 */
export interface UserLifecycleListener {
  /** Called again after the block has committed, in transactions of their own: see BlocksService. */
  onBlocked?(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void>;
  /** Suspended, or no longer a verified helper: ends what only such a person may see and do. */
  onHelperRevoked?(user: Types.ObjectId, reason: 'suspended' | 'unverified'): Promise<void>;
  /** Suspended, or active again: what others see of theirs goes and comes back with it. May refuse by throwing a DomainError. */
  onStandingChanged?(user: Types.ObjectId, standing: Standing): Promise<void>;
  /** May refuse by throwing a DomainError. */
  onErasing?(user: Types.ObjectId): Promise<void>;
  /** Somebody logged out, or was logged out: here and there. With or without a transaction. */
  onSessionsEnded?(sessions: Types.ObjectId[]): Promise<void>;
  /** Erased: every `onErasing` has run, in the same transaction. Takes away what those left for the person. */
  onErased?(user: Types.ObjectId): Promise<void>;
  /** After a new position was stored, outside any transaction. */
  onLocation?(user: Types.ObjectId, fix: LocationFix): Promise<void>;
}

/** Lets the modules that stand on accounts follow them, without accounts knowing those modules. */
@Injectable()
export class UserLifecycle {
  private readonly listeners: UserLifecycleListener[] = [];

  register(listener: UserLifecycleListener): void {
    this.listeners.push(listener);
  }

  async blocked(blocker: Types.ObjectId, blocked: Types.ObjectId): Promise<void> {
    for (const listener of this.listeners) await listener.onBlocked?.(blocker, blocked);
  }

  async helperRevoked(user: Types.ObjectId, reason: 'suspended' | 'unverified'): Promise<void> {
    for (const listener of this.listeners) await listener.onHelperRevoked?.(user, reason);
  }

  async standingChanged(user: Types.ObjectId, standing: Standing): Promise<void> {
    for (const listener of this.listeners) await listener.onStandingChanged?.(user, standing);
  }

  async erasing(user: Types.ObjectId): Promise<void> {
    for (const listener of this.listeners) await listener.onErasing?.(user);
  }

  async sessionsEnded(sessions: Types.ObjectId[]): Promise<void> {
    for (const listener of this.listeners) await listener.onSessionsEnded?.(sessions);
  }

  async erased(user: Types.ObjectId): Promise<void> {
    for (const listener of this.listeners) await listener.onErased?.(user);
  }

  async located(user: Types.ObjectId, fix: LocationFix): Promise<void> {
    for (const listener of this.listeners) await listener.onLocation?.(user, fix);
  }
}
