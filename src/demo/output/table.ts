import { milliseconds } from './journal';

/** One SOS in figures; times in milliseconds. */
export interface SosFigures {
  sos: string;
  tapTo201: number;
  /** From the tap, or for an SOS without a place from its first fix, to the first alerted helper's socket. */
  toFirst: number;
  toLast: number;
  alerted: number;
  delivered: number;
  accepted: number;
  arrived: number;
  ended: string;
}

const COLUMNS: [title: string, cell: (row: SosFigures) => string][] = [
  ['SOS', (row) => row.sos],
  ['tap→201 ms', (row) => milliseconds(row.tapTo201)],
  ['tap→first ms', (row) => milliseconds(row.toFirst)],
  ['tap→last ms', (row) => milliseconds(row.toLast)],
  ['alerted', (row) => String(row.alerted)],
  ['delivered', (row) => String(row.delivered)],
  ['accepted', (row) => String(row.accepted)],
  ['arrived', (row) => String(row.arrived)],
  ['ended', (row) => row.ended],
];

/** The figures as lines of a table: words to the left, numbers to the right. */
export function table(rows: SosFigures[]): string[] {
  const cells = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const isWords = (column: number): boolean => column === 0 || column === COLUMNS.length - 1;
  return cells.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isWords(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
