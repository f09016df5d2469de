import 'reflect-metadata';
import { ConfigModule } from '@nestjs/config';
import { rebuildCommand } from './rebuild-command';

/** `npm run trust:rebuild`. What is set outside wins over `.env`, as for the server. */
async function main(): Promise<void> {
  await ConfigModule.forRoot();
  await ConfigModule.envVariablesLoaded;
  await rebuildCommand((line) => process.stdout.write(`${line}\n`));
}

main().catch((error: unknown) => {
  process.stderr.write(`Trust could not be rebuilt. ${String(error)}\n`);
  process.exitCode = 1;
});
