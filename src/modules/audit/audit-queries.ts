import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import { AuditLog } from './audit-log';
import type { AuditEntryView } from './dto/audit-entry.view';
import type { ListAuditQuery } from './dto/list-audit.query';
import { AuditEntry } from './schemas/audit-entry.schema';

/** Reads the log, for admins. */
@Injectable()
export class AuditQueries {
  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first. That the log was read is recorded, too. */
  async list(actor: Actor, query: ListAuditQuery): Promise<Page<AuditEntryView>> {
    const before = query.cursor === undefined ? undefined : position(query.cursor);
    await this.audit.access(actor, 'audit_log', actor.id);
    const rows = await this.entries
      .find({
        ...(query.actor ? { actor: new Types.ObjectId(query.actor) } : {}),
        ...(query.target ? { target: new Types.ObjectId(query.target) } : {}),
        ...(query.action ? { action: query.action } : {}),
        // Greater than none: the index leaves out what is older than the chain.
        seq: { $gt: 0, ...(before === undefined ? {} : { $lt: before }) },
      })
      .sort({ seq: -1 })
      .limit(query.limit + 1)
      .lean<AuditEntry[]>();
    return toPage(rows, query.limit, ({ seq }) => [seq], toView);
  }
}

function position(cursor: string): number {
  return Number(decodeCursor(cursor, ['number'])[0]);
}

function toView({
  _id,
  seq,
  at,
  actor,
  action,
  target,
  changes,
  hash,
}: AuditEntry): AuditEntryView {
  return {
    id: _id.toHexString(),
    seq,
    at: at.toISOString(),
    actorId: actor?.toHexString() ?? null,
    action,
    targetId: target.toHexString(),
    changes,
    hash,
  };
}
