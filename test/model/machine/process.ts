import type { State, Tap, Sos } from './state';

/**
 * What the server does in one go: a transaction, or a read. It changes the state that it is given, and either answers or says
 * what comes next; between two phases others may act. A phase that answers with a refusal changes nothing.
 */
export type Phase = (state: State) => Outcome;
export type Outcome = { answer: string } | Next;

export interface Next {
  phase: Phase;
  /** Names the next phase and all that it remembers: two that are equal do the same. */
  memo: string;
}

export const answer = (text: string): Outcome => ({ answer: text });

export function next(name: string, remembered: unknown, phase: Phase): Next {
  return { phase, memo: `${name} ${JSON.stringify(remembered)}` };
}

/** Begins with the SOS of a tap, of which nobody knows before it was raised. */
export function onSos(tap: Tap, phase: (state: State, sos: Sos) => Outcome): Phase {
  return (state) => {
    const sos = state.sos[tap];
    return sos ? phase(state, sos) : answer('NOT_FOUND');
  };
}

/** Runs a process with nobody else about. */
export function runAlone(state: State, begin: Phase): string {
  for (let phase = begin; ;) {
    const outcome = phase(state);
    if ('answer' in outcome) return outcome.answer;
    phase = outcome.phase;
  }
}
