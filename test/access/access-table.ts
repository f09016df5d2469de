import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PERSONAS = [
  'anonymous',
  'stranger',
  'requester',
  'alerted',
  'responder',
  'withdrawn',
  'suspended',
  'moderator',
  'admin',
] as const;
export type Persona = (typeof PERSONAS)[number];
export type Cells = Record<Persona, string>;

export interface AccessRow {
  /** `GET /api/v1/users/me` or the name of a socket message. */
  target: string;
  /** The target, and in brackets which of several ways of using it the row is about. */
  name: string;
  expected: Cells;
}

export interface AccessTable {
  routes: AccessRow[];
  messages: AccessRow[];
}

/** A code that its status says already is left out of the table. */
const IMPLIED: Record<string, string> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
};

/** An answer in the words of the table. */
export function cell(status: number, code: string | undefined): string {
  return code === undefined || IMPLIED[status] === code ? String(status) : `${status} ${code}`;
}

/** What stands in all `*access-matrix.md` of a folder: each domain may have a file of its own. */
export function readAccessTable(folder: string): AccessTable {
  const table: AccessTable = { routes: [], messages: [] };
  for (const file of readdirSync(folder).filter((name) => name.endsWith('access-matrix.md'))) {
    let rows: AccessRow[] | undefined;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const columns = line.split('|').map((column) => column.trim().replaceAll('`', ''));
      const [, first = '', ...cells] = columns.slice(0, -1);
      if (columns.length < 3 || /^:?-+:?$/.test(first)) continue;
      if (first === 'route' || first === 'message') {
        if (cells.join() !== PERSONAS.join())
          throw new Error(`${file}: columns must be ${PERSONAS.join()}`);
        rows = first === 'route' ? table.routes : table.messages;
      } else {
        if (!rows || cells.length !== PERSONAS.length || cells.includes(''))
          throw new Error(`${file}: a row that is not whole: ${line}`);
        rows.push(toRow(first, cells));
      }
    }
  }
  return table;
}

function toRow(name: string, cells: string[]): AccessRow {
  const expected = Object.fromEntries(PERSONAS.map((persona, index) => [persona, cells[index]]));
  return { name, target: name.replace(/ \(.*\)$/, ''), expected: expected as Cells };
}
