import type { CpuUse } from '../measure/cpu-time';
import type { Later } from '../processes/clean-up';
import type { Line } from '../report/lines';
import type { Stage } from './stage';

export interface CaseResult {
  lines: Line[];
  /** Of each measured stretch, to say how much other work the machine had. */
  cpu: CpuUse[];
  /** What the lines were computed from, for the JSON. */
  raw: object;
}

/** Measures one thing beside its floor; whatever it starts it registers with `later`. */
export type BenchCase = (stage: Stage, later: Later) => Promise<CaseResult>;
