import type { ClientSession, Db, MongoClient } from 'mongodb';
import type { Types } from 'mongoose';
import type { PaymentStatus } from '../payment.transitions';
import type { LedgerEntry } from '../schemas/ledger-entry.schema';
import type { Payment } from '../schemas/payment.schema';
import type { Refund } from '../schemas/refund.schema';

/** What the verification found. */
export interface LedgerVerdict {
  payments: number;
  entries: number;
  /** A sentence for each thing that is wrong; none: the books are right. */
  problems: string[];
}

/** A payment with all that is written of it. */
interface Account extends Payment {
  entries: LedgerEntry[];
  refunds: Refund[];
}

/** After so many the rest says nothing new. */
const PROBLEMS_TOLD = 50;

const UNPAID: readonly PaymentStatus[] = ['pending', 'processing'];
const PAID: readonly PaymentStatus[] = ['succeeded', 'partially_refunded', 'refunded'];

/**
 * Holds every payment against its ledger entries and its refunds, and looks for entries of no payment. Beside a running server:
 * what looks wrong is looked at again as it stood at one moment, so that a change that was under way is no fault.
 */
export async function verifyLedger(db: Db, client: MongoClient): Promise<LedgerVerdict> {
  const verdict: LedgerVerdict = { payments: 0, entries: 0, problems: [] };
  for await (const account of accounts(db)) {
    verdict.payments += 1;
    verdict.entries += account.entries.length;
    if (faultsOf(account).length === 0) continue;
    verdict.problems.push(...(await lookAgain(db, client, account._id)));
    if (verdict.problems.length >= PROBLEMS_TOLD) return verdict;
  }
  const strays = db
    .collection<LedgerEntry>('ledger_entries')
    .aggregate<LedgerEntry>([
      { $lookup: { from: 'payments', localField: 'payment', foreignField: '_id', as: 'paid' } },
      { $match: { paid: [] } },
      { $limit: PROBLEMS_TOLD },
    ]);
  for await (const { key } of strays) verdict.problems.push(`Entry ${key} is of no payment.`);
  return verdict;
}

function accounts(db: Db, id?: Types.ObjectId, session?: ClientSession) {
  const joined = (from: string, as: string) => ({
    $lookup: { from, localField: '_id', foreignField: 'payment', as },
  });
  return db
    .collection('payments')
    .aggregate<Account>(
      [
        ...(id ? [{ $match: { _id: id } }] : []),
        joined('ledger_entries', 'entries'),
        joined('refunds', 'refunds'),
      ],
      session ? { session } : {},
    );
}

async function lookAgain(db: Db, client: MongoClient, id: Types.ObjectId): Promise<string[]> {
  return client.withSession({ snapshot: true }, async (session) => {
    const [account] = await accounts(db, id, session).toArray();
    return account ? faultsOf(account).map((fault) => `Payment ${id.toHexString()}: ${fault}`) : [];
  });
}

function faultsOf(account: Account): string[] {
  const { status, amountMinor, capturedMinor, refundedMinor, refundingMinor, currency } = account;
  const written = sum(account.entries);
  const held = capturedMinor - refundedMinor;
  const given = sum(account.refunds.filter((refund) => refund.status === 'succeeded'));
  const asked = sum(account.refunds.filter((refund) => refund.status === 'pending'));
  const charged = sum(account.entries.filter(({ kind }) => kind === 'charge'));
  const foreign = [...account.entries, ...account.refunds].some((row) => row.currency !== currency);
  const faults: [boolean, string][] = [
    [foreign, `something of it is not in ${currency}.`],
    [written !== held, `the ledger says ${written}, the payment ${held}.`],
    [charged !== capturedMinor, `${charged} were charged, ${capturedMinor} captured.`],
    [given !== refundedMinor, `refunds of ${given} succeeded, ${refundedMinor} are given back.`],
    [asked !== refundingMinor, `refunds of ${asked} wait, ${refundingMinor} are set aside.`],
    [![0, amountMinor].includes(capturedMinor), `${capturedMinor} captured of ${amountMinor}.`],
    [refundedMinor < 0 || held < 0, `${refundedMinor} given back of ${capturedMinor}.`],
    [UNPAID.includes(status) && capturedMinor > 0, `it is ${status}, and was paid.`],
    [PAID.includes(status) && capturedMinor === 0, `it is ${status}, and was not paid.`],
  ];
  return faults.filter(([wrong]) => wrong).map(([, fault]) => fault);
}

function sum(rows: readonly { amountMinor: number }[]): number {
  return rows.reduce((total, { amountMinor }) => total + amountMinor, 0);
}
