import 'reflect-metadata';
import { ConfigModule } from '@nestjs/config';
import { Logger } from 'nestjs-pino';
import { createApp } from './app.setup';
import { exitOnSignals, explainStartFailure } from './app.process';
import { startTracing } from './common/tracing/start-tracing';
import { currentEnvironment } from './config/current-environment';
import { ensureDatabase } from './config/ensure-database';

async function main(): Promise<void> {
  await ConfigModule.envVariablesLoaded;
  const environment = currentEnvironment();
  const stopTracing = await startTracing(process.env);
  const database = await ensureDatabase(environment);
  try {
    const app = await createApp();
    exitOnSignals(app, {
      stop: async () => {
        await stopTracing();
        await database.stop();
      },
    });
    await app.listen(environment.PORT, '0.0.0.0');
    const url = await app.getUrl();
    app.get(Logger).log(`AllyNet listens on ${url}, its API is described at ${url}/docs`, 'Main');
  } catch (error) {
    await database.stop();
    throw error;
  }
}

main().catch(explainStartFailure);
