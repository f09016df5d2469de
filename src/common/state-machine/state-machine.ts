/** One arrow of a state machine: from which states to which, and who may do it. */
export interface Transition<State extends string, Role extends string> {
  readonly from: readonly State[];
  readonly to: State;
  readonly by: readonly Role[];
}

export interface StateMachineDefinition<
  State extends string,
  Name extends string,
  Role extends string,
> {
  readonly name: string;
  readonly states: readonly State[];
  readonly initial: State;
  readonly terminal: readonly State[];
  readonly transitions: Readonly<Record<Name, Transition<State, Role>>>;
}

/**
 * Freezes a table of transitions after checking its graph, so that a mistake stops the boot instead of an emergency.
 *
 * @throws Error for a state that is not listed or cannot be reached, a terminal state with an exit, or another state
 * without one.
 */
export function defineStateMachine<State extends string, Name extends string, Role extends string>(
  definition: StateMachineDefinition<State, Name, Role>,
): StateMachineDefinition<State, Name, Role> {
  const { name, states, initial, terminal } = definition;
  const transitions = Object.values<Transition<State, Role>>(definition.transitions);
  const fail = (problem: string): never => {
    throw new Error(`State machine "${name}": ${problem}`);
  };

  const mentioned = [initial, ...terminal, ...transitions.flatMap(({ from, to }) => [...from, to])];
  for (const state of mentioned) {
    if (!states.includes(state)) fail(`unknown state "${state}"`);
  }
  for (const state of states) {
    const exits = transitions.filter(({ from }) => from.includes(state));
    if (terminal.includes(state) && exits.length > 0) fail(`terminal state "${state}" has an exit`);
    if (!terminal.includes(state) && exits.length === 0) fail(`state "${state}" has no exit`);
  }
  const reached = new Set<State>([initial]);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { from, to } of transitions)
      if (from.some((state) => reached.has(state))) reached.add(to);
  }
  for (const state of states) if (!reached.has(state)) fail(`state "${state}" cannot be reached`);

  for (const transition of transitions) {
    Object.freeze(transition.from);
    Object.freeze(transition.by);
    Object.freeze(transition);
  }
  Object.freeze(definition.transitions);
  return Object.freeze(definition);
}
