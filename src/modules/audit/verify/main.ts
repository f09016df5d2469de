import 'reflect-metadata';
import { runCommand } from '../../../config/run-command';
import { UNKNOWN, verifyCommand } from './verify-command';

/** `npm run audit:verify` */
void runCommand((say) => verifyCommand(process.argv.slice(2), say), {
  message: 'The audit log could not be verified.',
  code: UNKNOWN,
});
