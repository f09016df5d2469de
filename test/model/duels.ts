import * as fc from 'fast-check';
import { coming, stopped } from './beginnings';
import { type Command, commands } from './commands';
import type { Person } from './machine/state';

const { accept, block, cancel, complete, decline, dispatch, expire, object, progress } = commands;
const { raise, resolve, sendAway, stop, suspend, wait, wake, withdraw } = commands;

/** A situation, and what several do in it at once of which at most one, or only the last, may have its way. */
export interface Duel {
  before: Command[];
  moves: Command[];
}

const bothCome = [raise('rita/1'), accept('ana', 'rita/1'), accept('ben', 'rita/1')];
const away = (helper: Person): Command[] => [
  withdraw(helper, 'rita/1'),
  sendAway('rita', helper, 'rita/1'),
  block('rita', helper),
  suspend(helper),
];

export const duels: fc.Arbitrary<Duel> = fc.constantFrom<Duel>(
  // One person, two taps.
  { before: [], moves: [raise('rita/1'), raise('rita/2')] },
  {
    before: [raise('rita/1')],
    moves: [cancel('rita', 'rita/1'), raise('rita/2'), raise('rita/1')],
  },
  // One helper, two emergencies.
  {
    before: [raise('rita/1'), raise('sami/1')],
    moves: [accept('ana', 'rita/1'), accept('ana', 'sami/1'), raise('ana/1')],
  },
  // The last to leave opens it again, whoever that is.
  { before: bothCome, moves: [withdraw('ana', 'rita/1'), withdraw('ben', 'rita/1')] },
  { before: bothCome, moves: [...away('ana'), ...away('ben')] },
  // Coming and ending.
  {
    before: [raise('rita/1')],
    moves: [
      accept('ana', 'rita/1'),
      accept('ben', 'rita/1'),
      decline('ana', 'rita/1'),
      resolve('moderator', 'rita/1'),
      cancel('rita', 'rita/1'),
      block('ana', 'rita'),
    ],
  },
  {
    before: [raise('rita/1'), wait(3661)],
    moves: [expire('rita/1', 0), expire('rita/1', 1), accept('ana', 'rita/1'), raise('rita/2')],
  },
  // The last to complete, and who says that it is not over.
  {
    before: [raise('rita/1'), ...coming('ana').slice(0, 3), ...coming('ben').slice(0, 3)],
    moves: [
      progress('ana', 'rita/1', 'completed'),
      progress('ben', 'rita/1', 'completed'),
      withdraw('ben', 'rita/1'),
    ],
  },
  {
    before: [raise('rita/1'), ...coming('ana'), wait(661)],
    moves: [
      complete('rita/1', 0),
      complete('rita/1', 1),
      object('rita', 'rita/1'),
      accept('ben', 'rita/1'),
    ],
  },
  // One wave, several nodes.
  {
    before: stopped,
    moves: [
      dispatch('rita/1', 0),
      dispatch('rita/1', 1),
      stop('rita/1', 1),
      wake('rita/1', 0),
      accept('ana', 'rita/1'),
    ],
  },
);
