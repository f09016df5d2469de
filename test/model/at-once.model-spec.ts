/**
 * Commands of several actors at once, on two nodes: some order of what the server did in one go explains every answer and all
 * that is on disk in the end. How many runs, and how to repeat one: options.ts.
 */
import * as fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { type Race, race } from './arbitraries';
import type { Command } from './commands';
import { explain, type Observed } from './interleavings';
import { runAlone } from './machine/process';
import { initialState } from './machine/state';
import { REPLAYS, runs, TIMEOUT_MS } from './options';
import { projectModel } from './projection';
import { type ModelNodes, startModelNodes } from './two-nodes';
import type { World } from './world';

/** A race that was lost once may be won the next time: while a failure is being shrunk or repeated, it has this many tries. */
const TRIES_WHILE_SHRINKING = 8;

describe('Commands at once', () => {
  let nodes: ModelNodes;

  beforeAll(async () => {
    nodes = await startModelNodes();
  });
  afterAll(() => nodes.close());

  it(
    'are answered, and leave on disk, what some order of them would',
    async () => {
      const tally = new Tally();
      let tries = REPLAYS ? TRIES_WHILE_SHRINKING : 1;
      await fc.assert(
        fc.asyncProperty(race, async (one) => {
          try {
            for (let attempt = 0; attempt < tries; attempt += 1)
              await run(await nodes.newWorld(), one, tally);
          } catch (error) {
            tries = TRIES_WHILE_SHRINKING;
            throw error;
          }
        }),
        runs(),
      );
      process.stderr.write(`${tally.toString()}\n`);
    },
    TIMEOUT_MS,
  );
});

/** What the runs were made of: a net that lets nothing happen catches nothing. */
class Tally {
  private commands = 0;
  private refused = 0;
  private searched = 0;

  add(observed: Observed[][], searched: number): void {
    const answers = observed.flat().map(({ answer }) => answer);
    this.commands += answers.length;
    this.refused += answers.filter((answer) => answer === answer.toUpperCase()).length;
    this.searched = Math.max(this.searched, searched);
  }

  toString(): string {
    const share = Math.round((100 * this.refused) / this.commands);
    return `${this.commands} commands at once, ${share} % of them refused; at most ${this.searched} positions searched for an order`;
  }
}

async function run(world: World, { before, branches, heads }: Race, tally: Tally): Promise<void> {
  const state = initialState();
  for (const command of before) {
    const expected = runAlone(state, command.model);
    expect([command.text, await command.act(world)]).toEqual([command.text, expected]);
  }
  let count = 0;
  const act = async (command: Command): Promise<Observed> => {
    count += 1;
    const began = count;
    const answer = await command.act(world);
    count += 1;
    return { begin: command.model, answer, began, ended: count };
  };
  const observed = await Promise.all(
    branches.map(async (branch, index) => {
      await delay(heads[index]);
      const steps: Observed[] = [];
      for (const command of branch) steps.push(await act(command));
      return steps;
    }),
  );
  const found = await world.project({ invariants: true });
  const explanation = explain(state, observed, projectModel, found);
  tally.add(observed, explanation.searched);
  if (explanation.state) return;
  const told = branches.map((branch, index) =>
    branch.map((command, step) => `${command.text}: ${observed[index][step].answer}`).join(' → '),
  );
  const orders =
    explanation.rejected.length === 0
      ? 'In no order does the model give these answers.'
      : `Orders that give these answers end with\n\n${explanation.rejected.join('\n\nor\n\n')}`;
  throw new Error(
    `No order explains this.\n\nAt once:\n- ${told.join('\n- ')}\n\nOn disk:\n${found}\n\n${orders}`,
  );
}
