/** Registers what must be undone at the end, whatever happens. */
export type Later = (undo: () => unknown) => void;

/** Undoes what was begun: last begun, first ended. One step that fails does not keep the others from being undone. */
export class CleanUp {
  private readonly steps: (() => unknown)[] = [];
  private running: Promise<void> | undefined;

  readonly later: Later = (undo) => {
    this.steps.push(undo);
  };

  /** Idempotent, so that a signal and the end of the run may both ask for it. */
  run(): Promise<void> {
    this.running ??= this.undoAll();
    return this.running;
  }

  private async undoAll(): Promise<void> {
    for (const step of this.steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`Cleaning up: ${String(error)}\n`);
      }
    }
  }
}
