import { type Db, MongoClient } from 'mongodb';
import { currentEnvironment } from './current-environment';
import { databaseConfig } from './database.config';
import { reachDatabase } from './ensure-database';

/** For commands that look at the configured database beside a running server: nothing of the application is started. */
export async function withDatabase<T>(
  work: (db: Db, client: MongoClient) => Promise<T>,
): Promise<T> {
  const database = await reachDatabase(currentEnvironment());
  try {
    const { uri, name } = databaseConfig();
    const client = new MongoClient(uri ?? '', { serverSelectionTimeoutMS: 5000 });
    try {
      return await work(client.db(name), client);
    } finally {
      await client.close();
    }
  } finally {
    await database.stop();
  }
}
