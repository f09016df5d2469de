import type { Collection, Db } from 'mongodb';
import type { Types } from 'mongoose';
import type { ExportedHead } from '../audit-head-export';
import { digestOf, GENESIS, hashOf } from '../audit-hash';
import type { AuditEntry } from '../schemas/audit-entry.schema';

/** What the verification found. */
export interface Verdict {
  /** Entries in the chain. */
  entries: number;
  /** How many of them lost their text with the account it told of. */
  erased: number;
  /** The last entry that an exported head stands for: what was recorded since can be cut off unnoticed. */
  exportedTo: number;
  /** A sentence for each thing that is wrong; none: the chain is whole. */
  problems: string[];
}

/** After so many the rest says nothing new. */
const PROBLEMS_TOLD = 50;

/**
 * Walks the whole chain and holds it against the heads that were exported. A row that was changed, left out or put in breaks
 * the chain itself; a tail that was cut off, and a chain that was written anew, do not, and only the heads tell.
 */
export async function verifyChain(db: Db, heads: readonly ExportedHead[]): Promise<Verdict> {
  return new ChainVerifier(db, heads).verify();
}

class ChainVerifier {
  private readonly problems: string[] = [];
  private readonly log: Collection<AuditEntry>;
  private readonly due: ExportedHead[];
  private last = { seq: 0, hash: GENESIS };
  private entries = 0;
  private erased = 0;
  private exportedTo = 0;

  constructor(
    private readonly db: Db,
    heads: readonly ExportedHead[],
  ) {
    this.log = db.collection<AuditEntry>('audit_log', { readConcern: { level: 'majority' } });
    this.due = heads.toSorted((a, b) => a.seq - b.seq);
  }

  async verify(): Promise<Verdict> {
    for await (const entry of this.log.find({ seq: { $exists: true } }).sort({ seq: 1 })) {
      await this.take(entry);
    }
    for (const { seq, at } of this.due) {
      this.tell(
        `The tail was cut off: entry ${seq} was there at ${at}, and the log ends at ${this.last.seq}.`,
      );
    }
    const outside = await this.log.countDocuments({ seq: { $exists: false } });
    if (outside > 0) this.tell(`${outside} entries stand outside of the chain.`);
    const { entries, erased, exportedTo, problems } = this;
    return { entries, erased, exportedTo, problems };
  }

  private async take(entry: AuditEntry): Promise<void> {
    const { seq, hash, previous } = entry;
    const expected = this.last.seq + 1;
    if (seq > expected) this.tell(missing(expected, seq - 1));
    else if (seq < expected) this.tell(`Entry ${seq} is there more than once.`);
    else if (previous !== this.last.hash) {
      this.tell(`Entry ${seq} does not follow from the one before it.`);
    }
    if (hashOf(entry) !== hash) this.tell(`Entry ${seq} was changed.`);
    else await this.takeText(entry);
    this.hold(entry);
    this.last = { seq, hash };
    this.entries += 1;
  }

  /** What stands beside the chain: as it was written, or erased together with the account that it told of. */
  private async takeText({ seq, digest, changes, salt, person }: AuditEntry): Promise<void> {
    if (changes !== null && salt !== null) {
      if (digestOf(salt, changes) !== digest) this.tell(`What entry ${seq} says was changed.`);
    } else if (await this.isErased(person)) this.erased += 1;
    else this.tell(`What entry ${seq} says is gone, and nobody was erased.`);
  }

  private async isErased(person: Types.ObjectId | null): Promise<boolean> {
    if (person === null) return false;
    const account = await this.db.collection('users').findOne({ _id: person });
    return account === null || account['status'] === 'erased';
  }

  /** Compares with every head that was exported of this entry, or of one that is missing before it. */
  private hold({ seq, hash }: AuditEntry): void {
    while (this.due[0] && this.due[0].seq <= seq) {
      const head = this.due.shift();
      if (!head) return;
      this.exportedTo = Math.max(this.exportedTo, head.seq);
      if (head.seq === seq && head.hash !== hash) {
        this.tell(`Entry ${seq} is not the one that was there at ${head.at}: written anew.`);
      }
    }
  }

  private tell(problem: string): void {
    if (this.problems.length < PROBLEMS_TOLD) this.problems.push(problem);
  }
}

function missing(from: number, to: number): string {
  return from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`;
}
