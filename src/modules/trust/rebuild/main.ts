import 'reflect-metadata';
import { runCommand } from '../../../config/run-command';
import { rebuildCommand } from './rebuild-command';

/** `npm run trust:rebuild` */
void runCommand(
  async (say) => {
    await rebuildCommand(say);
    return 0;
  },
  { message: 'Trust could not be rebuilt.', code: 1 },
);
