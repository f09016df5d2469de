import * as fc from 'fast-check';
import { beginning, mostOf } from './beginnings';
import { type Command, commands } from './commands';
import { duels } from './duels';
import { HELPERS, PEOPLE, type Person, requesterOf, type Tap } from './machine/state';

const tap: fc.Arbitrary<Tap> = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Tap>('rita/1') },
  { weight: 3, arbitrary: fc.constant<Tap>('sami/1') },
  { weight: 1, arbitrary: fc.constantFrom<Tap>('rita/2', 'ana/1') },
);
/** Rather the same few than each once: races are between those who want the same. */
const helper = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Person>('ana') },
  { weight: 2, arbitrary: fc.constantFrom(...HELPERS) },
);
const person = fc.constantFrom(...PEOPLE);
const node = fc.constantFrom(0, 1);

/** Mostly what one may do, sometimes what only another may. */
const requester = (tap: Tap) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(requesterOf(tap)) },
    { weight: 1, arbitrary: person },
  );

/** What people, moderators and nodes do at any moment. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: tap.map(commands.raise) },
  { weight: 2, arbitrary: fc.constantFrom<Tap>('rita/1', 'rita/2').map(commands.raise) },
  { weight: 10, arbitrary: fc.tuple(helper, tap).map((of) => commands.accept(...of)) },
  { weight: 3, arbitrary: fc.tuple(helper, tap).map((of) => commands.decline(...of)) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        helper,
        tap,
        fc.constantFrom('on_way' as const, 'arrived' as const, 'completed' as const),
      )
      .map((of) => commands.progress(...of)),
  },
  { weight: 5, arbitrary: fc.tuple(helper, tap).map((of) => commands.withdraw(...of)) },
  {
    weight: 2,
    arbitrary: tap.chain((of) =>
      fc.tuple(requester(of), helper).map(([actor, away]) => commands.sendAway(actor, away, of)),
    ),
  },
  {
    weight: 2,
    arbitrary: tap.chain((of) =>
      fc
        .oneof(requester(of), fc.constant('moderator' as const))
        .map((actor) => commands.resolve(actor, of)),
    ),
  },
  {
    weight: 2,
    arbitrary: tap.chain((of) => requester(of).map((actor) => commands.cancel(actor, of))),
  },
  {
    weight: 1,
    arbitrary: tap.chain((of) => requester(of).map((actor) => commands.object(actor, of))),
  },
  { weight: 2, arbitrary: fc.tuple(tap, node).map((of) => commands.expire(...of)) },
  { weight: 1, arbitrary: fc.tuple(tap, node).map((of) => commands.complete(...of)) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        fc.tuple(helper, fc.constantFrom<Person>('rita', 'sami')),
        fc.tuple(fc.constantFrom<Person>('rita', 'sami'), helper),
        fc.tuple(person, person).filter(([one, other]) => one !== other),
      )
      .map((of) => commands.block(...of)),
  },
  { weight: 2, arbitrary: person.map(commands.suspend) },
  { weight: 1, arbitrary: person.map(commands.reinstate) },
  { weight: 2, arbitrary: fc.tuple(helper, fc.boolean()).map((of) => commands.available(...of)) },
  { weight: 5, arbitrary: fc.tuple(tap, node).map((of) => commands.dispatch(...of)) },
  { weight: 4, arbitrary: fc.tuple(tap, node).map((of) => commands.stop(...of)) },
  { weight: 5, arbitrary: fc.tuple(tap, node).map((of) => commands.wake(...of)) },
);

/** Past a lease, the next look for helpers, the time to object, the end of an SOS without a sign of life. */
const wait = fc
  .oneof(
    { weight: 2, arbitrary: fc.constantFrom(11, 31) },
    { weight: 1, arbitrary: fc.constantFrom(661, 3661) },
  )
  .map(commands.wait);

export const commandsInTurn: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: anyCommand },
  { weight: 2, arbitrary: wait },
);

export interface Race {
  /** One after the other. */
  before: Command[];
  /** At once, each branch in its own order. */
  branches: Command[][];
  /** How many milliseconds each branch waits before it begins. */
  heads: number[];
}

/** Anything after anything. */
const anyRace: fc.Arbitrary<Omit<Race, 'heads'>> = fc.record({
  before: fc
    .tuple(beginning, fc.array(commandsInTurn, { maxLength: 4 }))
    .map(([first, more]) => [...first, ...more]),
  branches: fc.array(fc.array(anyCommand, { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 4,
  }),
});

/** Those who want what only one can have, and begin with it. */
const duel: fc.Arbitrary<Omit<Race, 'heads'>> = duels.chain(({ before, moves }) =>
  fc.record({
    before: mostOf(before),
    branches: fc.array(
      fc
        .tuple(fc.constantFrom(...moves), fc.array(anyCommand, { maxLength: 2 }))
        .map(([first, more]) => [first, ...more]),
      { minLength: 2, maxLength: 4 },
    ),
  }),
);

export const race: fc.Arbitrary<Race> = fc
  .tuple(
    fc.oneof(anyRace, duel),
    fc.array(fc.constantFrom(0, 0, 0, 1, 2, 4), { minLength: 4, maxLength: 4 }),
  )
  .map(([what, heads]) => ({ ...what, heads }));
