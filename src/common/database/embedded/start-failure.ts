import { explainLog, readLog } from './mongod-log';
import { readLockPid } from './orphan';

/** mongod has ended although nobody asked it to. The message holds the last lines of its log. */
export class MongodEndedError extends Error {
  constructor(
    message: string,
    /** Somebody took the port after it was found free: another one may do. */
    readonly portTaken: boolean,
  ) {
    super(message);
  }
}

/** Why a mongod ended during its start, from what it printed and from its log. */
export async function describeEnd(
  printed: string,
  { dbPath, logPath }: { dbPath: string; logPath: string },
): Promise<MongodEndedError> {
  const text = `${printed}\n${await readLog(logPath)}`;
  if (text.includes('DBPathInUse')) {
    const pid = await readLockPid(dbPath);
    const holder = pid === undefined ? 'another mongod' : `another mongod (pid ${pid})`;
    const advice = 'End it, or set DATA_DIR to another folder.';
    const message = `The database folder ${dbPath} is in use by ${holder}. ${advice}`;
    return new MongodEndedError(message, false);
  }
  const message = `mongod ended while it was starting on ${dbPath}. The last of its log (${logPath}):`;
  return new MongodEndedError(withLines(message, text), text.includes('Address already in use'));
}

/** What to say about a mongod that runs but doesn't come to serve. */
export async function describeDelay(limitMs: number, logPath: string): Promise<Error> {
  const message = `mongod took no writes within ${limitMs / 1000} s. The last of its log (${logPath}):`;
  return new Error(withLines(message, await readLog(logPath)));
}

function withLines(message: string, log: string): string {
  return [message, ...explainLog(log).map((line) => `  ${line}`)].join('\n');
}
