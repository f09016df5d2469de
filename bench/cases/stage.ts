import type { Db, MongoClient } from 'mongodb';
import { randomBytes } from 'node:crypto';
import { copyIndexes, populate } from '../data/databases';
import type { Options, Plan } from '../options';
import type { Later } from '../processes/clean-up';
import {
  type Server,
  type ServerOptions,
  startAllyNet,
  startClient,
  startFloor,
} from '../processes/servers';
import type { Child } from '../processes/child';

/** The same people in two databases with the same indexes: one for the floor, one for AllyNet. */
export interface City {
  floorDb: Db;
  allynetDb: Db;
  /** How many indexes the floor's were given. */
  indexes: number;
}

export interface StageOptions {
  options: Options;
  workDir: string;
  uri: string;
  client: MongoClient;
  mongodPid: number | undefined;
  /** For what lasts beyond one case. */
  later: Later;
  say: (line: string) => void;
}

/** What the cases share: the database, the city in it, and how servers and clients are started. */
export class Stage {
  readonly plan: Plan;
  readonly say: (line: string) => void;
  readonly mongodPid: number | undefined;
  private readonly jwtSecret = randomBytes(32).toString('hex');
  private readonly refreshSecret = randomBytes(32).toString('hex');
  private founded: Promise<City> | undefined;

  constructor(private readonly options: StageOptions) {
    this.plan = options.options.plan;
    this.say = options.say;
    this.mongodPid = options.mongodPid;
  }

  /** An empty database that is dropped at the end. */
  database(name: string, later: Later = this.options.later): Db {
    const database = this.options.client.db(`bench_${randomBytes(4).toString('hex')}_${name}`);
    later(() => database.dropDatabase());
    return database;
  }

  /** Written for the first case that asks. */
  city(): Promise<City> {
    this.founded ??= this.found();
    return this.founded;
  }

  async allynet(database: Db, later: Later): Promise<Server> {
    const server = await startAllyNet(this.settings(database));
    later(() => server.child.stop());
    return server;
  }

  async floor(script: string, database: Db, later: Later): Promise<Server> {
    const server = await startFloor(script, this.settings(database));
    later(() => server.child.stop());
    return server;
  }

  client(script: string, later: Later, env: NodeJS.ProcessEnv = {}): Child {
    const child = startClient(script, { JWT_SECRET: this.jwtSecret, ...env });
    later(() => child.stop());
    return child;
  }

  settings(database: Db): ServerOptions {
    const { jwtSecret, refreshSecret } = this;
    const { uri, workDir, options } = this.options;
    const { profileDir } = options;
    return { uri, database: database.databaseName, workDir, jwtSecret, refreshSecret, profileDir };
  }

  private async found(): Promise<City> {
    const [floorDb, allynetDb] = [this.database('floor'), this.database('allynet')];
    this.say(`Writing ${this.plan.helpers} helpers into two databases …`);
    await populate([floorDb, allynetDb], this.plan);
    // AllyNet builds its own indexes as it starts.
    const builder = await startAllyNet(this.settings(allynetDb));
    await builder.child.stop();
    return { floorDb, allynetDb, indexes: await copyIndexes(allynetDb, floorDb) };
  }
}
