import { defineStateMachine, type StateMachineDefinition } from './state-machine';

type State = 'open' | 'busy' | 'closed';
type Definition = StateMachineDefinition<State, string, 'user'>;

const door = (changes: Partial<Definition> = {}): Definition => ({
  name: 'door',
  states: ['open', 'busy', 'closed'],
  initial: 'open',
  terminal: ['closed'],
  transitions: {
    enter: { from: ['open'], to: 'busy', by: ['user'] },
    leave: { from: ['busy'], to: 'open', by: ['user'] },
    close: { from: ['open', 'busy'], to: 'closed', by: ['user'] },
  },
  ...changes,
});

describe('A table of transitions', () => {
  it('whose graph is whole is given back as it is', () => {
    const table = door();
    expect(defineStateMachine(table)).toBe(table);
  });

  it.each<[string, Partial<Definition>, RegExp]>([
    [
      'an unknown state to come from',
      {
        transitions: { ...door().transitions, x: { from: ['ajar' as State], to: 'open', by: [] } },
      },
      /unknown state "ajar"/,
    ],
    [
      'an unknown state to go to',
      {
        transitions: { ...door().transitions, x: { from: ['open'], to: 'ajar' as State, by: [] } },
      },
      /unknown state "ajar"/,
    ],
    ['an unknown initial state', { initial: 'ajar' as State }, /unknown state "ajar"/],
    ['an unknown terminal state', { terminal: ['ajar' as State] }, /unknown state "ajar"/],
    [
      'a state that cannot be reached',
      {
        transitions: {
          leave: { from: ['busy'], to: 'open', by: [] },
          close: { from: ['open', 'busy'], to: 'closed', by: [] },
        },
      },
      /state "busy" cannot be reached/,
    ],
    [
      'a terminal state with an exit',
      {
        transitions: { ...door().transitions, reopen: { from: ['closed'], to: 'open', by: [] } },
      },
      /terminal state "closed" has an exit/,
    ],
    [
      'a state without an exit that is not terminal',
      {
        transitions: {
          enter: { from: ['open'], to: 'busy', by: [] },
          close: { from: ['open'], to: 'closed', by: [] },
        },
      },
      /state "busy" has no exit/,
    ],
  ])('with %s is refused', (_, changes, message) => {
    expect(() => defineStateMachine(door(changes))).toThrow(message);
  });

  it('that two unreachable states hold up by themselves is refused', () => {
    const table = {
      name: 'island',
      states: ['a', 'b', 'c', 'end'],
      initial: 'a',
      terminal: ['end'],
      transitions: {
        finish: { from: ['a', 'b', 'c'], to: 'end', by: [] },
        there: { from: ['b'], to: 'c', by: [] },
        back: { from: ['c'], to: 'b', by: [] },
      },
    };
    expect(() => defineStateMachine(table)).toThrow(/"b" cannot be reached/);
  });

  it('cannot be changed once it is defined', () => {
    const { transitions } = defineStateMachine(door());
    const enter = transitions.enter as unknown as Record<string, unknown>;
    expect(() => Object.assign(transitions, { sneak: enter })).toThrow(TypeError);
    expect(() => (enter.to = 'closed')).toThrow(TypeError);
    expect(() => (enter.from as string[]).push('closed')).toThrow(TypeError);
    expect(() => (enter.by as string[]).push('anybody')).toThrow(TypeError);
  });
});
