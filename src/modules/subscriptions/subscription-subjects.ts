import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { SubscriberKind } from '../../common/entitlements/plans';
import type { Tier } from '../../common/entitlements/tiers';

/** What a module that has subscribers knows of them. */
export interface SubscribableSubject {
  /**
   * Inside a transaction: the actor manages it, and goes on doing so until that has committed.
   *
   * @throws DomainError NOT_FOUND for what the actor may not see, FORBIDDEN for what they do not manage.
   */
  hold(session: ClientSession, actor: Actor, id: Types.ObjectId): Promise<void>;

  /** What somebody manages. */
  managedBy(person: Types.ObjectId): Promise<Types.ObjectId[]>;

  /** Inside the transaction of the subscription: the subject has this tier from now on. */
  entitle(session: ClientSession, id: Types.ObjectId, tier: Tier): Promise<void>;
}

/** Who can subscribe. Each module registers its own kind in `onModuleInit`, so that subscriptions know no domain. */
@Injectable()
export class SubscriptionSubjects {
  private readonly subjects = new Map<SubscriberKind, SubscribableSubject>();

  register(kind: SubscriberKind, subject: SubscribableSubject): void {
    this.subjects.set(kind, subject);
  }

  /** @throws Error where no module registered the kind: a mistake of ours. */
  of(kind: SubscriberKind): SubscribableSubject {
    const subject = this.subjects.get(kind);
    if (!subject) throw new Error(`No module has subscribers of kind ${kind}.`);
    return subject;
  }

  /** Everything that somebody manages, of whatever kind. */
  async managedBy(person: Types.ObjectId): Promise<Types.ObjectId[]> {
    const managed: Types.ObjectId[] = [];
    for (const subject of this.subjects.values())
      managed.push(...(await subject.managedBy(person)));
    return managed;
  }
}
