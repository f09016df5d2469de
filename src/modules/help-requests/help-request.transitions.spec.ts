import {
  helpOfferMachine,
  helpRequestMachine,
  LIVE_STATUSES,
  STANDING,
  UNDER_WAY,
} from './help-request.transitions';

/** The tables of docs/design.md, written out a second time: a change of one must be a decision about both. */
describe('The state machine of a help request', () => {
  it('has exactly these arrows', () => {
    const arrows = Object.values(helpRequestMachine.transitions).flatMap(({ from, to, by }) =>
      from.map((state) => `${state} → ${to} by ${by.join(', ')}`),
    );
    expect(arrows.toSorted()).toEqual(
      [
        'open → accepted by requester',
        'accepted → in_progress by helper',
        'in_progress → completed by requester',
        'in_progress → completed by system',
        'accepted → open by helper, system',
        'in_progress → open by helper, system',
        'open → cancelled by requester, system',
        'accepted → cancelled by requester, system',
        'in_progress → cancelled by requester, system',
        'open → cancelled by requester, moderator',
        'accepted → cancelled by requester, moderator',
        'in_progress → cancelled by requester, moderator',
        'open → expired by system',
      ].toSorted(),
    );
  });

  it('lives until it is completed, cancelled or expired', () => {
    expect(LIVE_STATUSES).toEqual(['open', 'accepted', 'in_progress']);
  });

  it('has a chosen helper while it is accepted or in progress', () => {
    expect(UNDER_WAY).toEqual(['accepted', 'in_progress']);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(helpRequestMachine.transitions.accept.from)).toBe(true);
    expect(Object.isFrozen(helpOfferMachine.transitions.withdraw.from)).toBe(true);
  });
});

describe('The state machine of an offer', () => {
  it('has exactly these arrows', () => {
    const arrows = Object.values(helpOfferMachine.transitions).flatMap(({ from, to }) =>
      from.map((state) => `${state} → ${to}`),
    );
    expect(arrows.toSorted()).toEqual(
      [
        'open → accepted',
        'open → declined',
        'open → withdrawn',
        'accepted → withdrawn',
        'withdrawn → open',
        'open → closed',
        'accepted → closed',
      ].toSorted(),
    );
  });

  it('stands while it is open or accepted', () => {
    expect(STANDING).toEqual(['open', 'accepted']);
  });
});
