import { ConfigModule } from '@nestjs/config';

/**
 * Runs a command with the settings of the server, where what is set outside wins over `.env`, and sets the exit code.
 *
 * @param work tells lines of what it found. @returns the exit code.
 * @param failed what is printed before the reason where `work` throws, and the exit code of that.
 */
export async function runCommand(
  work: (say: (line: string) => void) => Promise<number>,
  failed: { message: string; code: number },
): Promise<void> {
  try {
    await ConfigModule.forRoot();
    await ConfigModule.envVariablesLoaded;
    process.exitCode = await work((line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${failed.message} ${String(error)}\n`);
    process.exitCode = failed.code;
  }
}
