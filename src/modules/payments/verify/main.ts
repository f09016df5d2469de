import 'reflect-metadata';
import { ConfigModule } from '@nestjs/config';
import { UNKNOWN, verifyLedgerCommand } from './verify-command';

/** `npm run ledger:verify`. What is set outside wins over `.env`, as for the server. */
async function main(): Promise<number> {
  await ConfigModule.forRoot();
  await ConfigModule.envVariablesLoaded;
  return verifyLedgerCommand((line) => process.stdout.write(`${line}\n`));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`The ledger could not be verified. ${String(error)}\n`);
    process.exitCode = UNKNOWN;
  },
);
