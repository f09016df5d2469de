import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { pipeline, Transform } from 'node:stream';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Files } from '../../common/files/files';
import { moveStatus } from '../../common/state-machine/move-status';
import { SWEEP_BATCH, Sweeper } from '../../common/sweeper/sweeper';
import { Clock, later, MINUTE } from '../../common/time/clock';
import { archiveOf } from './archive';
import { dataExportMachine } from './data-export.transitions';
import { PersonalData } from './personal-data';
import { DataExport } from './schemas/data-export.schema';

/** Longer than an archive takes. A node that is slower than this has its archive thrown away. */
const LEASE_MS = 10 * MINUTE;
/** After a failure; doubled each time. */
const FIRST_WAIT_MS = MINUTE;
const ATTEMPTS = 5;

/**
 * Makes the archives that are due and takes away those that are over, on whichever node. An archive counts when its row says
 * so, under the lease of who made it: of a node that died, was paused or lost against an erasure nothing stays.
 */
@Injectable()
export class DataExporter extends Sweeper {
  private readonly log = new Logger(DataExporter.name);

  constructor(
    @InjectModel(DataExport.name) private readonly exports: Model<DataExport>,
    private readonly data: PersonalData,
    private readonly files: Files,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    for (let done = 0; done < SWEEP_BATCH && !this.stopped; done += 1) {
      const claimed = await this.attempt(() => this.claim());
      if (!claimed) break;
      await this.attempt(() => this.work(claimed));
    }
    await this.attempt(() => this.clear());
  }

  private claim(): Promise<DataExport | null> {
    const now = this.clock.now();
    return this.exports
      .findOneAndUpdate(
        { status: 'pending', dueAt: { $lte: now } },
        { $set: { dueAt: later(now, LEASE_MS), lease: randomUUID() }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
      .lean<DataExport>();
  }

  private async work(claimed: DataExport): Promise<void> {
    try {
      await this.make(claimed);
    } catch (error) {
      // Without what it is about: a message may quote what it could not write.
      this.log.warn(`An archive failed (attempt ${claimed.attempts}): ${nameOf(error)}`);
      await this.putOff(claimed);
    }
  }

  private async make(claimed: DataExport): Promise<void> {
    const { user } = claimed;
    let bytes = 0;
    const counter = new Transform({
      transform: (chunk: Buffer, _, done) => {
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    const archive = archiveOf({
      user,
      at: this.clock.now(),
      sections: this.data.sections,
      goOn: () => {
        if (this.stopped) throw new Error('The server stops.');
      },
    });
    // It hears of every failure, of one too that comes before the store begins to read, and hands it on to who reads.
    pipeline(archive, counter, () => undefined);
    const file = await this.files.add(counter, { contentType: 'application/zip' });
    if (!(await this.complete(claimed, file, bytes))) await this.files.abandon([file]);
  }

  /** @returns false where another node claimed it since, or the account was erased. */
  private async complete(claimed: DataExport, file: string, bytes: number): Promise<boolean> {
    const { _id: id, user, lease, createdAt, expiresAt } = claimed;
    const lives = expiresAt.getTime() - createdAt.getTime();
    return this.transactions.run(async (session) => {
      const readyAt = this.clock.now();
      const before = await moveStatus(this.exports, session, dataExportMachine, 'complete', {
        id,
        condition: { lease },
        set: { file, bytes, readyAt, expiresAt: later(readyAt, lives) },
      });
      if (!before) return false;
      await this.files.keep(session, [file]);
      const older = await this.exports
        .find({ user, status: 'ready', _id: { $ne: id } })
        .lean<DataExport[]>();
      for (const one of older) {
        await moveStatus(this.exports, session, dataExportMachine, 'replace', {
          id: one._id,
          set: { file: null },
        });
        if (one.file) await this.files.discard(session, [one.file]);
      }
      return true;
    });
  }

  private async putOff({ _id: id, lease, attempts }: DataExport): Promise<void> {
    if (attempts >= ATTEMPTS) {
      await this.transactions.run((session) =>
        moveStatus(this.exports, session, dataExportMachine, 'give_up', {
          id,
          condition: { lease },
        }),
      );
      return;
    }
    const wait = this.stopped ? 0 : FIRST_WAIT_MS * 2 ** (attempts - 1);
    await this.exports.updateOne(
      { _id: id, status: 'pending', lease },
      { $set: { dueAt: later(this.clock.now(), wait) } },
    );
  }

  /** Archives whose time is over, and the rows of all that was asked for. */
  private async clear(): Promise<void> {
    const over = await this.exports
      .find({ expiresAt: { $lte: this.clock.now() } }, { file: 1 })
      .limit(SWEEP_BATCH)
      .lean<DataExport[]>();
    for (const { _id, file } of over) {
      await this.transactions.run(async (session) => {
        const { deletedCount } = await this.exports.deleteOne({ _id });
        if (deletedCount === 1 && file) await this.files.discard(session, [file]);
      });
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
