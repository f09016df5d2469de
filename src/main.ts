import 'reflect-metadata';
import { createApp } from './app.setup';
import { exitOnSignals, explainStartFailure } from './app.process';
import { ConfigModule } from '@nestjs/config';
import { currentEnvironment } from './config/current-environment';
import { ensureDatabase } from './config/ensure-database';

async function main(): Promise<void> {
  await ConfigModule.envVariablesLoaded;
  const environment = currentEnvironment();
  const database = await ensureDatabase(environment);
  try {
    const app = await createApp();
    exitOnSignals(app, database);
    await app.listen(environment.PORT, '0.0.0.0');
  } catch (error) {
    await database.stop();
    throw error;
  }
}

main().catch(explainStartFailure);
