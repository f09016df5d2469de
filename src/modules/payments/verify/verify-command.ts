import { withDatabase } from '../../../config/with-database';
import { verifyLedger } from './ledger-verifier';

/** Nothing could be said: the database is out of reach. */
export const UNKNOWN = 2;

/**
 * Verifies all payments of the configured database against the ledger.
 *
 * @param say tells one line of what was found.
 * @returns the exit code: 0 where they agree, 1 where they do not.
 */
export async function verifyLedgerCommand(say: (line: string) => void): Promise<number> {
  const { payments, entries, problems } = await withDatabase(verifyLedger);
  say(`${payments} payments with ${entries} ledger entries.`);
  for (const problem of problems) say(`WRONG: ${problem}`);
  return problems.length > 0 ? 1 : 0;
}
