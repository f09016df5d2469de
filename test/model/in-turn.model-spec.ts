/**
 * Commands one after another: after each, the answer and all that is on disk are those of the model. How many runs, and how to
 * repeat one: options.ts.
 */
import * as fc from 'fast-check';
import { commandsInTurn } from './arbitraries';
import { beginning } from './beginnings';
import type { Command } from './commands';
import { runAlone } from './machine/process';
import { initialState, type State } from './machine/state';
import { REPLAY_PATH, runs, TIMEOUT_MS } from './options';
import { projectModel } from './projection';
import { type ModelNodes, startModelNodes } from './two-nodes';
import type { World } from './world';

class InTurn implements fc.AsyncCommand<State, World> {
  constructor(private readonly command: Command) {}

  /** Everything may be tried at any time; the model knows what is refused. */
  check(): boolean {
    return true;
  }

  async run(model: State, world: World): Promise<void> {
    const expected = runAlone(model, this.command.model);
    agree(
      `${this.command.text}: ${await this.command.act(world)}`,
      `${this.command.text}: ${expected}`,
    );
    agree(await world.project({ invariants: false }), projectModel(model));
  }

  toString(): string {
    return this.command.toString();
  }
}

function agree(server: string, model: string): void {
  expect(server).toBe(model);
}

describe('Commands in turn', () => {
  let nodes: ModelNodes;

  beforeAll(async () => {
    nodes = await startModelNodes();
  });
  afterAll(() => nodes.close());

  it(
    'are answered as the model says, and leave what the model says',
    async () => {
      const sequences = fc.commands([commandsInTurn.map((command) => new InTurn(command))], {
        maxCommands: 20,
        size: 'max',
        ...(REPLAY_PATH === undefined ? {} : { replayPath: REPLAY_PATH }),
      });
      await fc.assert(
        fc.asyncProperty(beginning, sequences, async (first, sequence) => {
          const model = initialState();
          const world = await nodes.newWorld();
          for (const command of first) await new InTurn(command).run(model, world);
          await fc.asyncModelRun(() => ({ model, real: world }), sequence);
          await world.project({ invariants: true });
        }),
        runs(),
      );
    },
    TIMEOUT_MS,
  );
});
