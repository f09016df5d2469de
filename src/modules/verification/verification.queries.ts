import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { notFound } from '../../common/errors/domain-error';
import {
  behindCursor,
  type Page,
  sortBy,
  type SortOrder,
  toSortedPage,
} from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { AuditLog } from '../audit/audit-log';
import { UsersService } from '../users/users.service';
import { VerifiedStanding } from '../users/verified-standing';
import type { ListVerificationsQuery } from './dto/list-verifications.query';
import type {
  OpenedVerificationView,
  OwnVerificationView,
  QueuedVerificationView,
  VerificationView,
} from './dto/verification.view.dto';
import { Verification } from './schemas/verification.schema';
import { VerificationDocuments } from './verification-documents';
import { toDocumentView, toQueuedView, toVerificationView } from './verification.view';

/** Who waits longest comes first. */
const OLDEST: SortOrder = { name: 'oldest', field: '_id', direction: 1, kind: 'id' };

/** Requests, as their people and staff see them. */
@Injectable()
export class VerificationQueries implements ReplayView {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly documents: VerificationDocuments,
    private readonly users: UsersService,
    private readonly standing: VerifiedStanding,
    private readonly audit: AuditLog,
  ) {}

  /** Whether somebody is verified, and their last request. */
  async own(actor: Actor): Promise<OwnVerificationView> {
    const { verified, until } = await this.standing.of(actor.id);
    const latest = await this.latest(actor.id);
    return { verified, verifiedUntil: until?.toISOString() ?? null, latest };
  }

  /** Each request that somebody made, one after the other. Their files are theirs already: they are described, not repeated. */
  async *allOf(person: Types.ObjectId): AsyncGenerator<VerificationView> {
    const rows = this.verifications.find({ user: person }).sort({ _id: -1 }).lean<Verification[]>();
    for await (const row of rows.cursor()) yield toVerificationView(row);
  }

  /** For the sockets of whose it is; null for everybody else. */
  async viewFor(person: Types.ObjectId, id: Types.ObjectId): Promise<VerificationView | null> {
    const verification = await this.verifications
      .findOne({ _id: id, user: person })
      .lean<Verification>();
    return verification && toVerificationView(verification);
  }

  /** The queue, oldest first. That it was read is recorded: it says who asked for what, and in their own words. */
  async list(
    actor: Actor,
    { limit, cursor, status, kind, userId }: ListVerificationsQuery,
  ): Promise<Page<QueuedVerificationView>> {
    const after = behindCursor(OLDEST, cursor);
    await this.audit.access(actor, 'verifications', actor.id);
    const rows = await this.verifications
      .find({
        status,
        ...(kind ? { kind } : {}),
        ...(userId ? { user: new Types.ObjectId(userId) } : {}),
        ...after,
      })
      .sort(sortBy(OLDEST))
      .limit(limit + 1)
      .lean<Verification[]>();
    const page = toSortedPage(OLDEST, rows, limit, (row) => row);
    return { items: await this.queued(page.items), nextCursor: page.nextCursor };
  }

  /** For a moderator who looks: that is recorded first. @throws DomainError NOT_FOUND */
  async look(actor: Actor, id: Types.ObjectId): Promise<OpenedVerificationView> {
    const known = await this.verifications.exists({ _id: id });
    if (known) await this.audit.access(actor, 'verification', id);
    return this.open(actor, id);
  }

  /** With fresh links to its documents. @throws DomainError NOT_FOUND */
  async open(actor: Actor, id: Types.ObjectId): Promise<OpenedVerificationView> {
    const verification = await this.verifications.findById(id).lean<Verification>();
    const [view] = verification ? await this.queued([verification]) : [];
    if (!verification || !view) throw notFound('The request');
    const documents = verification.documents.map((document) => {
      const { url, expiresAt } = this.documents.linkFor(actor, document);
      return { ...toDocumentView(document), url, urlExpiresAt: expiresAt.toISOString() };
    });
    return { ...view, documents };
  }

  /** What a repeated decision is answered with: as it is now, with links that still hold. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<OpenedVerificationView> {
    return this.open(actor, new Types.ObjectId(id));
  }

  private async latest(person: Types.ObjectId): Promise<VerificationView | null> {
    const latest = await this.verifications
      .findOne({ user: person })
      .sort({ _id: -1 })
      .lean<Verification>();
    return latest && toVerificationView(latest);
  }

  private async queued(rows: Verification[]): Promise<QueuedVerificationView[]> {
    const people = await this.users.publicNames(rows.map(({ user }) => user));
    return rows.map((row) =>
      toQueuedView(row, people.get(row.user.toHexString())?.displayName ?? 'Deleted account'),
    );
  }
}
