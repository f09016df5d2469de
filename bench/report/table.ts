import type { Line } from './lines';

const HEAD = ['case', 'unit', 'floor', 'AllyNet', 'ratio', '(quartiles)', 'target', 'reached'];

/** The cases as a table for a terminal. */
export function table(cases: readonly Line[]): string {
  const rows = [HEAD, ...cases.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column)))
    .map((line) => line.join('  ').trimEnd())
    .join('\n');
}

function cells({ name, unit, floor, allynet, ratio, spread, target }: Line): string[] {
  const share = (value: number): string =>
    unit === 'a second' ? `${Math.round(value * 100)} %` : `${value.toFixed(2)}×`;
  return [
    name,
    unit,
    floor === undefined ? '–' : floor.toFixed(1),
    allynet === undefined ? '–' : allynet.toFixed(1),
    ratio === undefined ? '' : share(ratio),
    spread === undefined ? '' : `${share(spread[0])}–${share(spread[1])}`,
    target?.text ?? '',
    target === undefined ? '' : target.reached ? 'yes' : 'NO',
  ];
}

/** Names to the left, figures to the right. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
