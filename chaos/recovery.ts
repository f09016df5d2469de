import type { Entry } from './driver/journal';
import type { Done } from './faults';
import type { FaultKind } from './schedule';

export interface Recovery {
  kind: FaultKind;
  count: number;
  /** Milliseconds from the fault to the first acknowledgement of an SOS that was raised after it. */
  p50: number;
  max: number;
  /** The longest that an SOS of the next twenty seconds waited, from the first tap to the acknowledgement. */
  longestSos: number;
}

const AFTERMATH_MS = 20_000;

/** How long it took after each fault until an SOS was acknowledged again. */
export function recoveries(faults: readonly Done[], entries: readonly Entry[]): Recovery[] {
  const raised = entries.flatMap(({ step, attempts, acknowledged }) => {
    const sentAt = attempts[0]?.sentAt;
    return step === 'raise' && acknowledged && sentAt !== undefined
      ? [{ sentAt, at: acknowledged.at }]
      : [];
  });
  return [...new Set(faults.map(({ kind }) => kind))].toSorted().map((kind) => {
    const own = faults.filter((fault) => fault.kind === kind);
    const times = own.flatMap(({ at }) => {
      const answers = raised.filter(({ sentAt }) => sentAt >= at).map((one) => one.at - at);
      return answers.length > 0 ? [Math.min(...answers)] : [];
    });
    const waits = raised
      .filter(({ sentAt }) => own.some(({ at }) => sentAt >= at && sentAt < at + AFTERMATH_MS))
      .map(({ sentAt, at }) => at - sentAt);
    const inOrder = times.toSorted((a, b) => a - b);
    return {
      kind,
      count: own.length,
      p50: inOrder[Math.floor((inOrder.length - 1) / 2)] ?? Infinity,
      max: inOrder.at(-1) ?? Infinity,
      longestSos: Math.max(0, ...waits),
    };
  });
}
