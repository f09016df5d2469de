/** What must be undone at the end, the latest first; once, whatever ends the command. */
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

  /** Undoes everything and ends the process: with `code`, or with 2 where all went well but the undoing. */
  async end(code: number, why?: string): Promise<never> {
    if (why) process.stderr.write(`${why}\n`);
    const clean = await this.run();
    process.exit(code === 0 && !clean ? 2 : code);
  }

  /** Does a command's work. A failure ends the process with 2, a signal with 130, and everything is undone before. */
  guard(work: () => Promise<unknown>): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => !this.begun && void this.end(130));
    }
    work().catch((error: unknown) => {
      // What is cut off by the end fails; that is no news.
      if (this.begun) return;
      void this.end(2, `The run failed.\n${error instanceof Error ? error.stack : String(error)}`);
    });
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
