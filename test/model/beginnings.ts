import * as fc from 'fast-check';
import { type Command, commands } from './commands';
import { HELPERS, type Person } from './machine/state';

const { accept, available, block, dispatch, object, progress, raise, stop, wait, withdraw } =
  commands;

/** How far a helper has come. */
export const coming = (helper: Person): Command[] => [
  accept(helper, 'rita/1'),
  progress(helper, 'rita/1', 'on_way'),
  progress(helper, 'rita/1', 'arrived'),
  progress(helper, 'rita/1', 'completed'),
];

/** A node claims a wave that has somebody to find, and stops; and what happens before it wakes up. */
export const stopped: Command[] = [
  raise('rita/1'),
  available('cleo', true),
  wait(31),
  stop('rita/1', 0),
  wait(11),
];

const helper = fc.constantFrom(...HELPERS);

/** What leads somewhere interesting, which commands at random would seldom do. */
const story: fc.Arbitrary<Command[]> = fc.oneof(
  fc.constant<Command[]>([]),
  fc.constant<Command[]>([raise('rita/1')]),
  fc.constant<Command[]>([raise('rita/1'), raise('sami/1'), wait(31)]),
  fc
    .tuple(helper, fc.nat(4))
    .map(([who, steps]) => [raise('rita/1'), ...coming(who).slice(0, steps)]),
  fc.constant<Command[]>([raise('rita/1'), ...coming('ana'), accept('ben', 'rita/1')]),
  fc.constant<Command[]>([
    raise('rita/1'),
    ...coming('ana'),
    object('rita', 'rita/1'),
    accept('ben', 'rita/1'),
  ]),
  helper.map((who) => [raise('sami/1'), block(who, 'sami')]),
  fc
    .constantFrom<Command[]>(
      [],
      [dispatch('rita/1', 1)],
      [dispatch('rita/1', 1), wait(31)],
      [accept('ana', 'rita/1'), withdraw('ana', 'rita/1')],
    )
    .map((meanwhile) => [...stopped, ...meanwhile]),
);

/** All of a story, as a rule; a failing run is tried again with fewer. */
export function mostOf(list: readonly Command[]): fc.Arbitrary<Command[]> {
  return fc
    .tuple(...list.map((one) => fc.option(fc.constant(one), { freq: 20 })))
    .map((chosen) => chosen.filter((one) => one !== null));
}

export const beginning: fc.Arbitrary<Command[]> = story.chain(mostOf);
