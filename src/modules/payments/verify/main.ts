import 'reflect-metadata';
import { runCommand } from '../../../config/run-command';
import { UNKNOWN, verifyLedgerCommand } from './verify-command';

/** `npm run ledger:verify` */
void runCommand(verifyLedgerCommand, {
  message: 'The ledger could not be verified.',
  code: UNKNOWN,
});
