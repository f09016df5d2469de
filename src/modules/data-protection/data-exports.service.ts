import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { duplicateKeyIndex } from '../../common/database/duplicate-key';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError } from '../../common/errors/domain-error';
import { Files } from '../../common/files/files';
import { Clock, DAY, later, MINUTE, SECOND } from '../../common/time/clock';
import { PasswordProof } from '../auth/passwords/password-proof';
import { FileLinks } from '../files/file-links';
import { FileSources, type LinkedContent } from '../files/file-sources';
import { ActiveAccounts } from '../users/active-accounts';
import { UserLifecycle, type UserLifecycleListener } from '../users/user-lifecycle';
import { DataExporter } from './data-exporter';
import type { DataExportView } from './dto/data-export.dto';
import { DataExport, ONE_PENDING_INDEX } from './schemas/data-export.schema';

/** An archive is there for so long, and so is what is known of it. */
export const EXPORT_LIVES_MS = 7 * DAY;
/** Each reads everything that is kept of a person. */
const A_DAY = 3;
const LINK_SECONDS = (5 * MINUTE) / SECOND;
const LINK_PURPOSE = 'data-export';

/** Archives of all of one's data: asking for one, and having it. DataExporter makes them. */
@Injectable()
export class DataExportsService implements OnModuleInit, UserLifecycleListener {
  constructor(
    @InjectModel(DataExport.name) private readonly exports: Model<DataExport>,
    private readonly transactions: TransactionRunner,
    private readonly accounts: ActiveAccounts,
    private readonly proof: PasswordProof,
    private readonly exporter: DataExporter,
    private readonly files: Files,
    private readonly links: FileLinks,
    private readonly sources: FileSources,
    private readonly lifecycle: UserLifecycle,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.sources.register(LINK_PURPOSE, (viewer, id) => this.download(viewer, id));
  }

  /**
   * Has an archive made. While one is being made, this is the one that is answered with.
   *
   * @throws DomainError VALIDATION_FAILED where the password is needed and was not given, INVALID_CREDENTIALS where it is wrong,
   * RATE_LIMITED after three in a day.
   */
  async request(actor: Actor, password: string | undefined): Promise<DataExportView> {
    await this.proof.require(actor, password);
    try {
      return this.view(actor, await this.begin(actor));
    } catch (error) {
      if (duplicateKeyIndex(error) !== ONE_PENDING_INDEX) throw error;
      const pending = await this.latest(actor.id);
      if (!pending) throw error;
      return this.view(actor, pending);
    }
  }

  /** The one that was asked for last, with a fresh link; null where there is none, or it has expired. */
  async find(actor: Actor): Promise<DataExportView | null> {
    const found = await this.latest(actor.id);
    return found && found.expiresAt > this.clock.now() ? this.view(actor, found) : null;
  }

  /** Archives go with the account; one that is being made is thrown away by who makes it. */
  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.transactions.run(async (session) => {
      const rows = await this.exports.find({ user }, { file: 1 }).lean<DataExport[]>();
      await this.files.discard(
        session,
        rows.flatMap(({ file }) => file ?? []),
      );
      await this.exports.deleteMany({ user });
    });
  }

  private async begin(actor: Actor): Promise<DataExport> {
    return this.transactions.run(
      async (session) => {
        await this.accounts.hold(session, actor.id);
        const own = { user: actor.id };
        const pending = await this.exports
          .findOne({ ...own, status: 'pending' })
          .lean<DataExport>();
        if (pending) return pending;
        const now = this.clock.now();
        const today = await this.exports
          .find({ ...own, createdAt: { $gt: later(now, -DAY) } }, { createdAt: 1 })
          .sort({ _id: 1 })
          .lean<DataExport[]>();
        if (today[0] && today.length >= A_DAY) throw enoughToday(today[0].createdAt, now);
        const row: DataExport = {
          _id: new Types.ObjectId(),
          ...own,
          status: 'pending',
          seq: 0,
          dueAt: now,
          lease: null,
          attempts: 0,
          file: null,
          bytes: null,
          createdAt: now,
          readyAt: null,
          expiresAt: later(now, EXPORT_LIVES_MS),
        };
        await this.exports.collection.insertOne(row, { session });
        this.transactions.afterCommit(() => void this.exporter.sweep());
        return row;
      },
      { about: actor.id.toHexString() },
    );
  }

  private latest(user: Types.ObjectId): Promise<DataExport | null> {
    return this.exports.findOne({ user }).sort({ _id: -1 }).lean<DataExport>();
  }

  /** Asked when a link is opened: it may have been replaced, or be over, since the link was made. */
  private async download(viewer: Actor, id: Types.ObjectId): Promise<LinkedContent | null> {
    const found = await this.exports
      .findOne({
        _id: id,
        user: viewer.id,
        status: 'ready',
        expiresAt: { $gt: this.clock.now() },
      })
      .lean<DataExport>();
    if (!found?.file) return null;
    const day = found.createdAt.toISOString().slice(0, 10);
    return {
      key: found.file,
      contentType: 'application/zip',
      fileName: `allynet-data-${day}.zip`,
    };
  }

  private view(actor: Actor, row: DataExport): DataExportView {
    const ready = row.status === 'ready';
    const link = ready ? this.links.issue(actor, LINK_PURPOSE, row._id, LINK_SECONDS) : null;
    return {
      id: row._id.toHexString(),
      status: row.status,
      createdAt: row.createdAt.toISOString(),
      readyAt: row.readyAt?.toISOString() ?? null,
      expiresAt: ready ? row.expiresAt.toISOString() : null,
      bytes: row.bytes,
      link: link && { url: link.url, expiresAt: link.expiresAt.toISOString() },
    };
  }
}

function enoughToday(first: Date, now: Date): DomainError {
  const again = Math.ceil((later(first, DAY).getTime() - now.getTime()) / SECOND);
  return new DomainError(
    'RATE_LIMITED',
    `You asked for your data ${A_DAY} times today. The last archive is still there; ask for a new one tomorrow.`,
    undefined,
    Math.max(1, again),
  );
}
