import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../sweeper/sweeper';
import { Clock, later, MINUTE } from '../time/clock';
import { FileStore } from './file-store';
import { FileDeletion } from './schemas/file-deletion.schema';

/** A node that began has so long until another begins again; a store that is away is asked so often. */
const AGAIN_MS = MINUTE;

/** Deletes the files that are due. The row goes after the file: where a node dies in between, another does it again. */
@Injectable()
export class FileDeletionSweeper extends Sweeper {
  constructor(
    @InjectModel(FileDeletion.name) private readonly deletions: Model<FileDeletion>,
    private readonly store: FileStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() =>
      this.deletions
        .find({ dueAt: { $lte: this.clock.now() } }, { _id: 1 })
        .limit(SWEEP_BATCH)
        .lean<FileDeletion[]>(),
    );
    for (const { _id: key } of due ?? []) {
      if (this.stopped) return;
      await this.attempt(() => this.remove(key));
    }
  }

  private async remove(key: string): Promise<void> {
    const now = this.clock.now();
    const { matchedCount } = await this.deletions.updateOne(
      { _id: key, dueAt: { $lte: now } },
      { $set: { begun: true, dueAt: later(now, AGAIN_MS) } },
    );
    if (matchedCount === 0) return;
    await this.store.delete(key);
    await this.deletions.deleteOne({ _id: key });
  }
}
