import type { Case } from './cases';

const HEAD = ['case', 'unit', 'floor', 'AllyNet', 'ratio', '(rounds)', 'target', 'reached'];

/** The cases as a table for a terminal, or (`markdown`) for a page. */
export function table(cases: readonly Case[], markdown = false): string {
  const rows = [HEAD, ...cases.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column)),
  );
  if (!markdown) return lines.map((line) => line.join('  ').trimEnd()).join('\n');
  const rule = widths.map((width, column) =>
    column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const [head, ...body] = lines;
  return [head, rule, ...body].map((line) => `| ${line?.join(' | ')} |`).join('\n');
}

function cells({ name, unit, floor, allynet, ratio, spread, target }: Case): string[] {
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
