import 'reflect-metadata';
import { ConfigModule } from '@nestjs/config';
import { UNKNOWN, verifyCommand } from './verify-command';

/** `npm run audit:verify`. What is set outside wins over `.env`, as for the server. */
async function main(): Promise<number> {
  await ConfigModule.forRoot();
  await ConfigModule.envVariablesLoaded;
  return verifyCommand(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`The audit log could not be verified. ${String(error)}\n`);
    process.exitCode = UNKNOWN;
  },
);
