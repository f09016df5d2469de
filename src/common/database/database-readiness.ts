import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Db, type IndexDescription, MongoNetworkTimeoutError } from 'mongodb';
import type { Connection, Model } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../time/clock';

const OLDEST_MAJOR_VERSION = 6;
const LONGEST_TRANSACTION_SECONDS = 10;
/** A probe that hangs tells an orchestrator nothing. */
const PROBE_LIMIT_MS = SECOND;

/**
 * Makes sure before the server listens that the database can carry what the product promises: a replica set
 * (transactions, change streams) of MongoDB 6.0 or later, with every index built. Unique indexes carry correctness.
 */
@Injectable()
export class DatabaseReadiness implements OnApplicationBootstrap {
  private readonly logger = new Logger(DatabaseReadiness.name);
  private indexesBuilt = false;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  async onApplicationBootstrap(): Promise<void> {
    const admin = this.connection.getClient().db('admin');
    const { version } = await admin.command({ buildInfo: 1 });
    const { setName, msg } = await admin.command({ hello: 1 });
    if (Number.parseInt(String(version), 10) < OLDEST_MAJOR_VERSION) {
      throw new Error(`MongoDB ${String(version)} is too old: AllyNet needs 6.0 or later.`);
    }
    if (!setName && msg !== 'isdbgrid') {
      throw new Error(
        'MongoDB runs standalone, without transactions. Start it as a replica set (one node is enough: ' +
          'mongod --replSet rs0, then rs.initiate()), or leave MONGODB_URI empty to use the embedded one.',
      );
    }
    await this.warnOfLongTransactions(admin);
    for (const model of Object.values(this.connection.models)) {
      await this.buildIndexes(model);
    }
    this.indexesBuilt = true;
  }

  /**
   * All of a collection in one command: each waits for a majority to have it on disk. A build on much data takes longer than a
   * socket may be silent. It goes on meanwhile, and asking again waits for it.
   */
  private async buildIndexes(model: Model<unknown>): Promise<void> {
    const indexes = model.schema
      .indexes()
      .map(([key, options]) => ({ ...options, key }) as IndexDescription);
    if (indexes.length === 0) {
      await model.createCollection();
      return;
    }
    for (;;) {
      try {
        await model.collection.createIndexes(indexes);
        return;
      } catch (error) {
        if (!(error instanceof MongoNetworkTimeoutError)) throw error;
        this.logger.log(`Still building the indexes of ${model.modelName} …`);
      }
    }
  }

  /**
   * A node that is killed inside a transaction leaves it open, and its keys taken, until MongoDB ends it: for a minute by
   * default. Somebody whose SOS was under way cannot raise it on another node before.
   */
  private async warnOfLongTransactions(admin: Db): Promise<void> {
    const name = 'transactionLifetimeLimitSeconds';
    // Some hosts do not let an application ask.
    const answer = await admin.command({ getParameter: 1, [name]: 1 }).catch(() => undefined);
    const seconds = Number(answer?.[name] ?? 0);
    if (seconds <= LONGEST_TRANSACTION_SECONDS) return;
    this.logger.warn(
      `MongoDB keeps the transactions of a killed node for ${seconds} s, and an SOS may wait as long. Set ${name} to 5 ` +
        'on every member (docs/decisions/008-orphaned-transactions.md).',
    );
  }

  /** True when the primary answers and the indexes stand. */
  async isReady(): Promise<boolean> {
    if (!this.indexesBuilt) return false;
    return Promise.race([this.hasPrimary(), delay(PROBE_LIMIT_MS, false, { ref: false })]);
  }

  private async hasPrimary(): Promise<boolean> {
    const { isWritablePrimary, msg } = await this.connection
      .getClient()
      .db('admin')
      .command({ hello: 1 });
    return isWritablePrimary === true || msg === 'isdbgrid';
  }
}
