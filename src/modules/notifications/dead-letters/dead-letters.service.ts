import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { DomainError, notFound } from '../../../common/errors/domain-error';
import {
  behindCursor,
  NEWEST,
  type Page,
  sortBy,
  toSortedPage,
} from '../../../common/http/pagination';
import { AuditLog } from '../../audit/audit-log';
import { DeliveryQueue } from '../deliveries/delivery-queue';
import type { DeadLetterView } from '../dto/dead-letter.view';
import type { ListDeadLettersQuery } from '../dto/list-dead-letters.query';
import { Delivery } from '../schemas/delivery.schema';

/** Messages that did not go out, for staff: to see why, and to have them tried again. */
@Injectable()
export class DeadLettersService {
  constructor(
    @InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>,
    private readonly queue: DeliveryQueue,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
  ) {}

  async list({ limit, cursor, channel }: ListDeadLettersQuery): Promise<Page<DeadLetterView>> {
    const rows = await this.deliveries
      .find({ status: 'dead', ...(channel ? { channel } : {}), ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Delivery[]>();
    return toSortedPage(NEWEST, rows, limit, toView);
  }

  /**
   * Has a dead letter tried again, with all its attempts.
   *
   * @throws DomainError NOT_FOUND, INVALID_TRANSITION for a message that is no dead letter (any more).
   */
  async retry(actor: Actor, id: Types.ObjectId): Promise<DeadLetterView> {
    return this.transactions.run(async (session) => {
      const revived = await this.queue.revive(session, id);
      if (revived) {
        await this.audit.record(actor, 'notification.retried', id, {
          status: { from: 'dead', to: 'pending' },
        });
        return toView(revived);
      }
      const found = await this.deliveries.findById(id).lean<Delivery>();
      if (!found) throw notFound('The message');
      throw new DomainError(
        'INVALID_TRANSITION',
        'Only a message that could not be sent is tried again. Look at its status.',
        { status: found.status },
      );
    });
  }
}

function toView(row: Delivery): DeadLetterView {
  const { channel, kind, subject, status, attempts } = row;
  return {
    id: row._id.toHexString(),
    channel,
    kind,
    subject: { kind: subject.kind, id: subject.id.toHexString() },
    userId: row.user?.toHexString() ?? null,
    status,
    attempts,
    log: row.log.map(({ at, result }) => ({ at: at.toISOString(), result })),
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}
