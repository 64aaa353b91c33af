import { clearLine, cursorTo } from 'node:readline';
import { inertLine, inertLines } from '../core/inert-text.ts';
import { groupDigits } from '../report/wrap.ts';

/** Words about what is going on, on standard error: one repainted line on a terminal, else nothing but whole lines. */
export class Progress {
  private readonly stream: NodeJS.WriteStream;
  private readonly live: boolean;
  private readonly quiet: boolean;
  private painted = false;

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.stream = stream;
    this.quiet = quiet;
    this.live = stream.isTTY === true && !quiet;
  }

  /** Replaces the live line; without a terminal this does nothing. */
  update(text: string): void {
    if (!this.live) return;
    cursorTo(this.stream, 0);
    this.stream.write(inertLine(text).slice(0, Math.max(10, (this.stream.columns ?? 80) - 1)));
    clearLine(this.stream, 1);
    this.painted = true;
  }

  /** Takes the live line away, so that other text can be written. */
  clear(): void {
    if (!this.painted) return;
    cursorTo(this.stream, 0);
    clearLine(this.stream, 0);
    this.painted = false;
  }

  /** A line that stays where there is no live one. */
  log(text: string): void {
    if (!this.live) this.line(text);
  }

  /** A line that stays, unless the user asked for quiet. */
  line(text: string): void {
    this.clear();
    if (!this.quiet) this.stream.write(`${inertLines(text)}\n`);
  }
}

/** Words of progress on one trace. */
export function progressText(name: string, accesses: number): string {
  return `${name}: ${groupDigits(accesses)} accesses`;
}
