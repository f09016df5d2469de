import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Sweeper } from '../../common/sweeper/sweeper';
import { Clock, MINUTE } from '../../common/time/clock';
import { appConfig } from '../../config/app.config';
import { AuditChain, type AuditHead } from './audit-chain';
import { AuditEntry } from './schemas/audit-entry.schema';

/** What can be cut off the end unnoticed is at most what was recorded within this time. */
const EVERY_MS = MINUTE;

/** Below DATA_DIR: a line of JSON for each head. */
export const AUDIT_HEADS = join('audit', 'heads.jsonl');

/** A line of the file. */
export interface ExportedHead extends AuditHead {
  at: string;
  node: string;
}

/**
 * Writes the head of the chain where whoever can change the database cannot: to a file that is only ever appended to, and
 * to the log. Each node does; lines of several nodes in one file are whole, as each is one short append.
 */
@Injectable()
export class AuditHeadExport extends Sweeper {
  private readonly log = new Logger(AuditHeadExport.name);
  private readonly node = `${hostname()}:${process.pid}`;
  private last: AuditHead | null = null;

  constructor(
    @InjectModel(AuditEntry.name) private readonly entries: Model<AuditEntry>,
    private readonly chain: AuditChain,
    private readonly clock: Clock,
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
  ) {
    super(EVERY_MS);
  }

  /** What a node recorded last is exported before it stops. */
  override async onModuleDestroy(): Promise<void> {
    await super.onModuleDestroy();
    await this.round();
  }

  protected async round(): Promise<void> {
    await this.attempt(async () => {
      await this.lookBack();
      const head = await this.chain.head();
      if (!head || head.seq <= (this.last?.seq ?? 0)) return;
      await this.write(head);
      this.last = { seq: head.seq, hash: head.hash };
    });
  }

  private async write({ seq, hash }: AuditHead): Promise<void> {
    const line: ExportedHead = { seq, hash, at: this.clock.now().toISOString(), node: this.node };
    await mkdir(join(this.config.dataDir, 'audit'), { recursive: true, mode: 0o700 });
    await appendFile(join(this.config.dataDir, AUDIT_HEADS), `${JSON.stringify(line)}\n`, {
      mode: 0o600,
      flush: true,
    });
    this.log.log(`The audit log stands at ${seq} ${hash}`);
  }

  /** A chain that no longer goes through the head this node wrote last is told at once; `audit:verify` says where. */
  private async lookBack(): Promise<void> {
    if (!this.last) return;
    const { seq, hash } = this.last;
    const row = await this.entries.collection.findOne({ seq }, { projection: { hash: 1 } });
    if (row?.['hash'] === hash) return;
    this.log.error(`The audit log was changed: entry ${seq} is not the one that stood there.`);
    // Told once; what follows is exported as it is.
    this.last = null;
  }
}
