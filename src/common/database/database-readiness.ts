import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

const OLDEST_MAJOR_VERSION = 6;

/**
 * Makes sure before the server listens that the database can carry what the product promises: a replica set
 * (transactions, change streams) of MongoDB 6.0 or later, with every index built. Unique indexes carry correctness.
 */
@Injectable()
export class DatabaseReadiness implements OnApplicationBootstrap {
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
    for (const model of Object.values(this.connection.models)) {
      await model.createCollection();
      await model.createIndexes();
    }
    this.indexesBuilt = true;
  }

  /** True when the primary answers and the indexes stand. */
  async isReady(): Promise<boolean> {
    if (!this.indexesBuilt) return false;
    const { isWritablePrimary, msg } = await this.connection
      .getClient()
      .db('admin')
      .command({ hello: 1 });
    return isWritablePrimary === true || msg === 'isdbgrid';
  }
}
