import {
  emergencyMachine,
  LIVE_STATUSES,
  PARTICIPATING,
  responseMachine,
} from './emergency.transitions';

/** The tables of docs/design.md, written out a second time: a change of one must be a decision about both. */
describe('The state machine of an emergency', () => {
  it('has exactly these arrows', () => {
    const arrows = Object.values(emergencyMachine.transitions).flatMap(({ from, to, by }) =>
      from.map((state) => `${state} → ${to} by ${by.join(', ')}`),
    );
    expect(arrows.toSorted()).toEqual(
      [
        'active → responding by helper',
        'responding → active by helper, requester, system',
        'active → resolved by requester, moderator',
        'responding → resolved by requester, moderator',
        'responding → resolved by system',
        'active → cancelled by requester',
        'responding → cancelled by requester',
        'active → expired by system',
        'responding → expired by system',
      ].toSorted(),
    );
  });

  it('lives while it is active or responding', () => {
    expect(LIVE_STATUSES).toEqual(['active', 'responding']);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(emergencyMachine.transitions.resolve.from)).toBe(true);
    expect(Object.isFrozen(responseMachine.transitions.withdraw.from)).toBe(true);
  });
});

describe('The state machine of a response', () => {
  it('has exactly these arrows', () => {
    const arrows = Object.values(responseMachine.transitions).flatMap(({ from, to }) =>
      from.map((state) => `${state} → ${to}`),
    );
    expect(arrows.toSorted()).toEqual(
      [
        'accepted → on_way',
        'on_way → arrived',
        'arrived → completed',
        'accepted → withdrawn',
        'on_way → withdrawn',
        'arrived → withdrawn',
        'withdrawn → accepted',
      ].toSorted(),
    );
  });

  it('makes a participant of everybody but those who withdrew', () => {
    expect(PARTICIPATING).toEqual(['accepted', 'on_way', 'arrived', 'completed']);
  });
});
