import { type Document, MongoClient } from 'mongodb';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  launchMongod,
  mongodArguments,
  type MongodProcess,
} from '../../src/common/database/embedded/mongod-process';
import { REPLICA_SET } from '../../src/common/database/embedded/replica-set';
import { startWatchdog, type Watchdog } from '../../src/common/database/embedded/watchdog';
import { freePort } from '../../src/demo/server/free-port';
import { until } from '../../src/demo/until';

const MEMBERS = 3;
const STARTS_WITHIN_MS = 40_000;
const STOP_GRACE_MS = 3000;

interface Member {
  port: number;
  dbPath: string;
  logPath: string;
  process: MongodProcess;
  watchdog: Watchdog;
}

/** A replica set of three mongod processes with MongoDB's own settings for elections, whose members can be killed. */
export class MongoSet {
  private constructor(
    private readonly binary: string,
    private readonly members: Member[],
  ) {}

  /** @param folder for data and logs; a folder that is thrown away. */
  static async start(binary: string, folder: string, size = MEMBERS): Promise<MongoSet> {
    const set = new MongoSet(binary, []);
    try {
      for (let index = 0; index < size; index += 1) {
        const dbPath = join(folder, `mongod-${index}`);
        await mkdir(dbPath, { recursive: true });
        const place = { port: await freePort(0), dbPath, logPath: `${dbPath}.log` };
        set.members.push({ ...place, ...(await launch(binary, place)) });
      }
      await set.initiate();
      return set;
    } catch (error) {
      await set.stop();
      throw error;
    }
  }

  get uri(): string {
    const hosts = this.members.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `mongodb://${hosts}/?replicaSet=${REPLICA_SET}`;
  }

  /** The member that takes writes now. @throws Error when there is none in time. */
  async primary(): Promise<number> {
    let found = -1;
    await until(
      'a primary',
      async () => {
        const answers = await Promise.all(this.members.map(({ port }) => takesWrites(port)));
        found = answers.indexOf(true);
        return found >= 0;
      },
      STARTS_WITHIN_MS,
    );
    return found;
  }

  /** SIGKILL. */
  async kill(index: number): Promise<void> {
    const { process, watchdog } = this.member(index);
    await process.end(0);
    watchdog.release();
  }

  /** Again, on its data and its port. */
  async restart(index: number): Promise<void> {
    const member = this.member(index);
    Object.assign(member, await launch(this.binary, member));
  }

  pause(index: number): void {
    process.kill(this.member(index).process.pid, 'SIGSTOP');
  }

  resume(index: number): void {
    process.kill(this.member(index).process.pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.members.map(async ({ process: mongod, watchdog }) => {
        // One that was paused could not hear SIGTERM.
        if (!mongod.hasExited()) process.kill(mongod.pid, 'SIGCONT');
        await mongod.end(STOP_GRACE_MS);
        watchdog.release();
      }),
    );
  }

  private member(index: number): Member {
    const member = this.members[index];
    if (!member) throw new RangeError(`There is no member ${index}.`);
    return member;
  }

  private async initiate(): Promise<void> {
    const first = this.member(0).port;
    await until('mongod to listen', () => answers(first), STARTS_WITHIN_MS);
    const members = this.members.map(({ port }, _id) => ({ _id, host: `127.0.0.1:${port}` }));
    await command(first, { replSetInitiate: { _id: REPLICA_SET, members } });
    // Who waits for an election of its own waits for ten seconds more.
    await until('a first primary', () => stepUp(first), STARTS_WITHIN_MS);
    // Until the others have caught up a kill of the primary would leave nobody to elect.
    await until('the secondaries', () => this.isComplete(), STARTS_WITHIN_MS);
  }

  private async isComplete(): Promise<boolean> {
    const { members } = await command(this.member(0).port, { replSetGetStatus: 1 });
    return (members as { stateStr: string }[]).every(({ stateStr }) =>
      ['PRIMARY', 'SECONDARY'].includes(stateStr),
    );
  }
}

async function launch(
  binary: string,
  place: { port: number; dbPath: string; logPath: string },
): Promise<Pick<Member, 'process' | 'watchdog'>> {
  const process = await launchMongod(binary, mongodArguments(place));
  return { process, watchdog: startWatchdog(process.pid) };
}

async function stepUp(port: number): Promise<boolean> {
  if (await takesWrites(port)) return true;
  await command(port, { replSetStepUp: 1 }).catch(() => delay(100));
  return takesWrites(port);
}

function command(port: number, order: Document): Promise<Document> {
  return withMember(port, (client) => client.db('admin').command(order));
}

async function takesWrites(port: number): Promise<boolean> {
  try {
    const hello = await command(port, { hello: 1 });
    return hello.isWritablePrimary === true;
  } catch {
    return false;
  }
}

async function answers(port: number): Promise<boolean> {
  return command(port, { ping: 1 }).then(
    () => true,
    () => delay(50, false),
  );
}

async function withMember<T>(port: number, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}`, {
    directConnection: true,
    serverSelectionTimeoutMS: 500,
    connectTimeoutMS: 500,
    socketTimeoutMS: 2000,
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
