import { inWords } from './check/violation';
import type { Options } from './options';
import type { Result } from './run';

const SHOWN = 40;

export interface Sum {
  emergencies: number;
  acknowledged: number;
  repeated: number;
  lost: number;
  duplicated: number;
  wrong: number;
}

export function sumOf({ entries, verdict, problems }: Result): Sum {
  const kinds = verdict.violations.map(({ kind }) => kind);
  const acknowledged = entries.filter((entry) => entry.acknowledged);
  return {
    emergencies: acknowledged.filter(({ step }) => step === 'raise').length,
    acknowledged: acknowledged.length,
    repeated: entries.filter(({ attempts }) => attempts.length > 1).length,
    lost: kinds.filter((kind) => kind === 'lost').length,
    duplicated: kinds.filter((kind) => kind === 'duplicated').length,
    // What a client met that no fault explains is as wrong as what the database holds.
    wrong: kinds.filter((kind) => kind === 'wrong').length + problems.length,
  };
}

/** What a person reads. */
export function inText(result: Result, { seed, rate }: Options): string {
  const { faults, verdict, problems, seconds, skipped, errorLines } = result;
  const sum = sumOf(result);
  const { due, delivered, accountedFor } = verdict.alerts;
  const others = Object.entries(accountedFor).map(([why, count]) => `${count} ${why}`);
  return [
    ...verdict.violations.slice(0, SHOWN).map(inWords),
    ...problems.slice(0, SHOWN).map((problem) => `WRONG: ${problem}`),
    '',
    `seed ${seed}, ${rate} SOS a second, ${seconds.toFixed(0)} s with the end of the last emergency`,
    `steps       ${sum.acknowledged} acknowledged, ${sum.repeated} of them sent more than once, in ${sum.emergencies} emergencies` +
      (skipped > 0 ? ` (${skipped} could not begin: every village was busy)` : ''),
    `faults      ${faults.length}`,
    `alerts      ${due} due, ${delivered} delivered${others.length > 0 ? `, ${others.join(', ')}` : ''}`,
    `timelines   ${verdict.rooms} on phones`,
    `error lines ${errorLines.length} in the logs of the nodes (some are expected while the database is away)`,
    '',
    'from the fault to the next acknowledged SOS',
    ...result.recoveries.map(
      ({ kind, count, p50, max, longestSos }) =>
        `  ${kind.padEnd(22)} ${String(count).padStart(2)} ×   p50 ${inSeconds(p50)}   max ${inSeconds(max)}   slowest SOS under way ${inSeconds(longestSos)}`,
    ),
    '',
    `lost ${sum.lost}, duplicated ${sum.duplicated}, wrong ${sum.wrong}`,
  ].join('\n');
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`.padStart(8);
}
