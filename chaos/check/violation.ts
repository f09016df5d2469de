import type { Entry } from '../driver/journal';

/** Something that was promised and is not so. */
export interface Violation {
  kind: 'lost' | 'duplicated' | 'wrong';
  what: string;
  emergency: string | null;
  seq?: number;
  /** What the journal says of it. */
  entries: Entry[];
}

export function inWords({ kind, what, emergency, seq, entries }: Violation): string {
  const where = emergency === null ? '' : ` · emergency ${emergency}`;
  const number = seq === undefined ? '' : ` #${seq}`;
  const told = entries.map((entry) => `\n    journal ${JSON.stringify(entry)}`).join('');
  return `${kind.toUpperCase()}${where}${number}: ${what}${told}`;
}
