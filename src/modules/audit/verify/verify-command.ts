import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { currentEnvironment } from '../../../config/current-environment';
import { withDatabase } from '../../../config/with-database';
import { AUDIT_HEADS } from '../audit-head-export';
import { verifyChain, type Verdict } from './chain-verifier';
import { type Heads, readHeads } from './exported-heads';

/** Nothing could be said: the database or the heads are out of reach. */
export const UNKNOWN = 2;

/** Tells one line of what was found. */
type Say = (line: string) => void;

/**
 * Verifies the chain of the configured database against the exported heads.
 *
 * @param args `--heads FILE`, once for each file (default: the one under DATA_DIR).
 * @returns the exit code: 0 where the chain is whole, 1 where it is not, 2 where that cannot be told.
 */
export async function verifyCommand(args: string[], say: Say): Promise<number> {
  const environment = currentEnvironment();
  const { values } = parseArgs({ args, options: { heads: { type: 'string', multiple: true } } });
  const paths = values.heads ?? [join(environment.DATA_DIR, AUDIT_HEADS)];
  // The heads first: what is recorded meanwhile is in neither.
  const files = await Promise.all(paths.map((path) => read(path, say)));
  const heads = files.flatMap((file) => file?.heads ?? []);
  const verdict = await withDatabase((db) => verifyChain(db, heads));
  const unreadable = files.reduce((sum, file) => sum + (file?.unreadable ?? 0), 0);
  if (unreadable > 0) say(`${unreadable} lines of exported heads cannot be read.`);
  const code = report(verdict, heads.length, say);
  // A file that was named and is not there may have said otherwise.
  return code === 0 && values.heads && files.includes(null) ? UNKNOWN : code;
}

async function read(path: string, say: Say): Promise<Heads | null> {
  try {
    return await readHeads(path);
  } catch (error) {
    say(`No exported heads: ${String(error)}`);
    return null;
  }
}

function report(
  { entries, erased, exportedTo, problems }: Verdict,
  heads: number,
  say: Say,
): number {
  say(`${entries} entries, ${erased} of them without the text of people who were erased.`);
  for (const problem of problems) say(`WRONG: ${problem}`);
  if (problems.length > 0) return 1;
  if (entries === 0) {
    say(
      'The audit log is empty, and there are no exported heads: this is a new installation, or neither the database nor DATA_DIR is the server’s.',
    );
    return UNKNOWN;
  }
  if (heads === 0) {
    say(
      'The chain is whole in itself. Without exported heads nobody can tell whether all of it was written anew or cut.',
    );
    return UNKNOWN;
  }
  say(
    `The chain is whole, and goes through all ${heads} exported heads, the last of entry ${exportedTo}.`,
  );
  if (entries > exportedTo) say(`${entries - exportedTo} entries are newer than the last head.`);
  return 0;
}
