/** What must be undone at the end, the latest first; once, whatever ends the demo. */
export class Shutdown {
  private readonly steps: { what: string; undo: () => Promise<void> | void }[] = [];
  private running: Promise<boolean> | undefined;

  /** True from the moment when the end has begun. */
  get begun(): boolean {
    return this.running !== undefined;
  }

  /** To be called as soon as there is something to undo. */
  atEnd(what: string, undo: () => Promise<void> | void): void {
    this.steps.push({ what, undo });
  }

  /** Undoes everything, also after a step that failed. @returns whether all went well. */
  run(): Promise<boolean> {
    this.running ??= this.undoAll();
    return this.running;
  }

  private async undoAll(): Promise<boolean> {
    let clean = true;
    for (const { what, undo } of this.steps.toReversed()) {
      try {
        await undo();
      } catch (error) {
        clean = false;
        process.stderr.write(`Could not ${what}: ${String(error)}\n`);
      }
    }
    return clean;
  }
}
