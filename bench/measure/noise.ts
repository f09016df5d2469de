import type { CpuUse } from './cpu-time';
import { median } from './statistics';

/** The share (0–1) of the machine that other work took while the rounds ran. */
export interface OtherWork {
  median: number;
  highest: number;
}

/** @returns undefined where it cannot be known. */
export function otherWork(uses: CpuUse[]): OtherWork | undefined {
  const shares = uses.flatMap(({ others }) => (others === undefined ? [] : [others]));
  if (shares.length === 0) return undefined;
  return { median: median(shares), highest: Math.max(...shares) };
}
