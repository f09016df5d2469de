import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import { EventLog } from '../../events/event-log';
import type { EventActor, EventRecord } from '../../events/schemas/event.schema';
import { PersonalDelivery } from '../../sockets/personal-delivery';
import type { Actor } from '../../../common/auth/actor';
import { roleOf } from '../business.access';
import type { Business } from '../schemas/business.schema';

export type BusinessEventType =
  | 'business.created'
  | 'business.updated'
  | 'business.verified'
  | 'business.manager_added'
  | 'business.manager_removed'
  | 'business.promotion_created'
  | 'business.promotion_updated'
  | 'business.promotion_removed'
  | 'business.removed';

export interface BusinessEvent {
  type: BusinessEventType;
  actor: EventActor;
  at: Date;
  data?: Record<string, unknown>;
  /** Told beside owner and managers: who was one until now. */
  also?: Types.ObjectId[];
}

/** The timeline of a business: written with each change, told to owner and managers. */
@Injectable()
export class BusinessEvents implements OnModuleInit {
  constructor(
    private readonly log: EventLog,
    private readonly delivery: PersonalDelivery,
  ) {}

  onModuleInit(): void {
    this.delivery.register('business', async (event) => toldOf(event));
  }

  /** @param business as it is after the change, whose number its `seq` is. */
  async append(
    session: ClientSession,
    { _id, seq, owner, managers }: Pick<Business, '_id' | 'seq' | 'owner' | 'managers'>,
    { type, actor, at, data = {}, also = [] }: BusinessEvent,
  ): Promise<void> {
    await this.log.append(session, [
      {
        kind: 'business',
        subject: _id,
        seq,
        type,
        actor,
        at,
        audience: { room: false, users: [owner, ...managers, ...also] },
        data,
      },
    ]);
  }
}

/** As what somebody acts on a business; who is neither owner nor manager acts as staff. */
export function actorOf(actor: Actor, business: Business): EventActor {
  const role = roleOf(actor, business);
  return { id: actor.id, role: role === 'visitor' ? 'moderator' : role };
}

/** Which moderator it was is no business of the owner's. */
function toldOf({ actor: { id, role }, data }: EventRecord): Record<string, unknown> {
  const named = role === 'owner' || role === 'manager';
  return { ...data, by: { role, id: named && id ? id.toHexString() : null } };
}
