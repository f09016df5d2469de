import { DAY } from '../../common/time/clock';
import { standing } from './standing';

const NOW = new Date('2026-11-22T12:00:00Z');
const word = (emailVerified: boolean, days: number, trustScore = 500) =>
  standing({ emailVerified, trustScore, createdAt: new Date(NOW.getTime() - days * DAY) }, NOW);

describe('The word of somebody', () => {
  it.each([
    ['with a confirmed address and an account of a month counts in full', true, 30, 1],
    ['with a new account counts half', true, 29, 0.5],
    ['who has not confirmed an address counts a fifth, however old the account', false, 900, 0.2],
  ])('%s', (_, emailVerified, days, expected) => {
    expect(word(emailVerified, days)).toBe(expected);
  });

  it('counts less where their own score is below the middle', () => {
    expect(word(true, 100, 250)).toBe(0.5);
    expect(word(true, 100, 0)).toBe(0);
  });

  it('counts no more where their own score is high: a group could lift itself by it', () => {
    expect(word(true, 100, 1000)).toBe(1);
  });
});
