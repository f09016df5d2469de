import { NestFactory } from '@nestjs/core';
import { currentEnvironment } from '../../../config/current-environment';
import { reachDatabase } from '../../../config/ensure-database';
import { RebuildModule } from './rebuild.module';
import { TrustRebuild } from './trust-rebuild';

/** Rebuilds the scores in the configured database, beside a server that may be running, and says what was found. */
export async function rebuildCommand(say: (line: string) => void): Promise<void> {
  const database = await reachDatabase(currentEnvironment());
  try {
    const app = await NestFactory.createApplicationContext(RebuildModule, {
      logger: ['error', 'warn'],
      abortOnError: false,
    });
    try {
      const { people, differed } = await app.get(TrustRebuild).run();
      say(`${people} accounts, ${differed} of them with another score than their events say.`);
      say('All scores are computed anew.');
    } finally {
      await app.close();
    }
  } finally {
    await database.stop();
  }
}
