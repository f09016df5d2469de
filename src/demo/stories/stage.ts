import type { City } from '../city/city';
import type { Helper } from '../client/helper';
import type { Person } from '../client/person';
import type { Settled } from '../community/settle';
import type { Checks } from '../output/checks';
import type { Journal } from '../output/journal';
import type { Pace } from '../pace';
import type { Random } from '../random';

/** The people who raise an SOS. */
export interface Cast {
  mira: Person;
  deniz: Person;
  ana: Person;
  noor: Person;
}

/** All that a story needs. */
export interface Stage {
  city: City;
  /** Everybody who volunteers in this city; some have the app open. */
  helpers: Helper[];
  cast: Cast;
  /** What was put into the city beside people. */
  settled: Settled;
  random: Random;
  pace: Pace;
  journal: Journal;
  checks: Checks;
}
