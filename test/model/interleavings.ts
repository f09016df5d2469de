import type { Phase } from './machine/process';
import type { State } from './machine/state';

/** One step that was really taken: what the model makes of it, what the server answered, and when, by a common count. */
export interface Observed {
  begin: Phase;
  answer: string;
  began: number;
  ended: number;
}

export interface Explanation {
  /** A final state of the model that fits, or null. */
  state: State | null;
  /** How the model could end where all answers fit and the final state does not: for the report. */
  rejected: string[];
  /** How many positions were looked at. */
  searched: number;
}

/** How far a branch has come: which step it is at, and inside that step which phase. */
interface Position {
  step: number;
  inside: { phase: Phase; memo: string } | null;
}

const SHOWN = 3;

/**
 * Looks for an order of the phases of all branches in which the model gives every answer that the server gave, and ends as the
 * database did. A step that had ended before another began comes before it. Positions that were seen with the same state lead
 * nowhere new, so that the search stays small.
 *
 * @param fits the final state of the database, as the model's projection.
 */
export function explain(
  state: State,
  branches: readonly (readonly Observed[])[],
  project: (state: State) => string,
  fits: string,
): Explanation {
  const seen = new Set<string>();
  const rejected = new Set<string>();

  const visit = (positions: readonly Position[], before: State): State | null => {
    const key = `${positions.map(({ step, inside }) => `${step} ${inside?.memo ?? ''}`).join(' | ')}${JSON.stringify(before)}`;
    if (seen.has(key)) return null;
    seen.add(key);
    if (positions.every(({ step }, branch) => step === branches[branch].length)) {
      const end = project(before);
      if (end === fits) return before;
      if (rejected.size < SHOWN) rejected.add(end);
      return null;
    }
    for (const [branch, { step, inside }] of positions.entries()) {
      const observed = branches[branch][step];
      if (!observed || (!inside && mustWait(observed, positions, branches))) continue;
      const after = structuredClone(before);
      const outcome = (inside?.phase ?? observed.begin)(after);
      if ('answer' in outcome && outcome.answer !== observed.answer) continue;
      const position: Position =
        'answer' in outcome
          ? { step: step + 1, inside: null }
          : { step, inside: { phase: outcome.phase, memo: outcome.memo } };
      const found = visit(positions.with(branch, position), after);
      if (found) return found;
    }
    return null;
  };

  const start = branches.map((): Position => ({ step: 0, inside: null }));
  return { state: visit(start, state), rejected: [...rejected], searched: seen.size };
}

/** True while a step of another branch is not done that had ended before this one began. */
function mustWait(
  { began }: Observed,
  positions: readonly Position[],
  branches: readonly (readonly Observed[])[],
): boolean {
  return positions.some(({ step }, branch) => {
    const other = branches[branch][step];
    return other !== undefined && other.ended < began;
  });
}
