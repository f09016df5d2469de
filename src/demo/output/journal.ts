const GREY = '\u001b[90m';
const BOLD = '\u001b[1m';
const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';
const TIME_WIDTH = 10;

/** What the demo says, line by line; in colour on a terminal alone. */
export class Journal {
  private zero = performance.now();
  private muted = false;
  private readonly colours = process.stdout.isTTY && !process.env.NO_COLOR;

  /** A new chapter; times count from now on. */
  heading(text: string): void {
    this.write(`\n${this.paint(BOLD, text)}`);
    this.zero = performance.now();
  }

  /** The moment from which times count: the tap. */
  startAt(moment: number): void {
    this.zero = moment;
  }

  /** Something that happened, now or at a moment of `performance.now()`. */
  tell(text: string, at = performance.now()): void {
    this.write(`${this.paint(GREY, `+${readable(at - this.zero)}`.padStart(TIME_WIDTH))}  ${text}`);
  }

  /** A line without a time. */
  say(text: string): void {
    this.write(text);
  }

  /** A line with a tick or a cross before it. */
  verdict(good: boolean, text: string): void {
    this.write(`  ${good ? this.paint(GREEN, '✓') : this.paint(RED, '✗')} ${text}`);
  }

  /** Says nothing any more: what is under way is being cut off. */
  mute(): void {
    this.muted = true;
  }

  private paint(colour: string, text: string): string {
    return this.colours ? `${colour}${text}${PLAIN}` : text;
  }

  private write(line: string): void {
    if (!this.muted) process.stdout.write(`${line}\n`);
  }
}

/** Milliseconds below a second, seconds above. */
function readable(ms: number): string {
  return ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** A distance as people say it. */
export function kilometres(meters: number): string {
  return meters < 1000 ? `${Math.round(meters)} m` : `${(meters / 1000).toFixed(1)} km`;
}

/** A number of milliseconds for the table and the timeline. */
export function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
