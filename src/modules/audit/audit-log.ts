import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { Clock, later, MINUTE } from '../../common/time/clock';
import { AuditChain } from './audit-chain';
import { type AuditChange, AuditEntry } from './schemas/audit-entry.schema';

/** Looks of one person at the same thing within this time are one entry: who pages through a timeline looks once. */
const ONE_LOOK_MS = 15 * MINUTE;

/** The record of what staff did and saw. */
@Injectable()
export class AuditLog {
  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly chain: AuditChain,
    private readonly clock: Clock,
  ) {}

  /**
   * Inside the transaction of the change: neither is there without the other.
   *
   * @param actor null for what the system did by itself.
   * @param person whose account's erasure takes `changes` away, where they hold more than ids and states.
   */
  record(
    actor: Pick<Actor, 'id'> | null,
    action: string,
    target: Types.ObjectId,
    changes: Record<string, AuditChange>,
    person: Types.ObjectId | null = null,
  ): Promise<void> {
    const at = this.clock.now();
    return this.chain.append({ actor: actor?.id ?? null, action, target, person, at, changes });
  }

  /**
   * Staff are about to be shown an exact place, a document, or what people wrote to each other. To be awaited before they
   * are: what was seen is on disk first. A second look within 15 minutes belongs to the first.
   *
   * @param what the thing and what of it, such as `emergency.place`: the action is `seen.emergency.place`.
   */
  async access(actor: Actor, what: string, target: Types.ObjectId): Promise<void> {
    const action = `seen.${what}`;
    const since = later(this.clock.now(), -ONE_LOOK_MS);
    // Two looks at once may make two entries, which is one too many and none too few.
    const known = await this.entries
      .exists({ actor: actor.id, target, action, at: { $gt: since } })
      .lean();
    if (!known) await this.record(actor, action, target, {});
  }
}
