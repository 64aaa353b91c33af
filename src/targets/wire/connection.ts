/** One conversation with a target: commands out, lines in, with a bound on everything that a target can do to us. */
import type { Readable, Writable } from 'node:stream';
import { LineReader } from '../server/line-reader.ts';
import { isEventLine } from './lines.ts';

/** Bytes of the longest line that an answer to any of our commands may be; `hello` has the long ones. */
const LINE_AT_MOST = 1 << 16;
/** Event lines that one answer may have in front of it. */
const EVENTS_AT_MOST = 10_000;

/** What went wrong on the wire. `closed`: its process may know more. */
export type Trouble = { kind: 'closed' } | { kind: 'hang' | 'protocol'; how: string; detail: string };

export class Connection {
  private readonly input: Readable;
  private readonly output: Writable;
  private readonly timeout: number;
  private readonly answered: () => void;
  private readonly reader = new LineReader(LINE_AT_MOST);
  private lines: string[] = [];
  /** Answers that are still to come. */
  private wanted = 0;
  private events = 0;
  private timer: NodeJS.Timeout | undefined;
  private trouble: Trouble | undefined;
  private finish: ((trouble: Trouble | undefined) => void) | undefined;

  /** `timeout`: milliseconds from one answer to the next. `answered` is called for each answer. */
  constructor(input: Readable, output: Writable, timeout: number, answered: () => void) {
    this.input = input;
    this.output = output;
    this.timeout = timeout;
    this.answered = answered;
    input.on('data', (chunk: Buffer) => this.take(chunk));
    // Whichever comes first; a pipe that breaks while we write is the same end.
    for (const event of ['end', 'close', 'error']) input.on(event, () => this.fail({ kind: 'closed' }));
    output.on('error', () => undefined);
  }

  /** Sends commands and waits for their answers. Lines that came before any trouble are there in any case. */
  async carry(text: string, answers: number): Promise<{ lines: string[]; trouble: Trouble | undefined }> {
    if (this.trouble === undefined && answers > 0) {
      this.wanted = answers;
      this.timer = setTimeout(() => this.late(), this.timeout);
      this.output.write(text);
      await new Promise((resolve) => (this.finish = resolve));
    }
    const { lines, trouble } = this;
    this.lines = [];
    return { lines, trouble };
  }

  close(): void {
    this.trouble ??= { kind: 'closed' };
    clearTimeout(this.timer);
    this.output.end();
    this.input.destroy();
  }

  private take(chunk: Buffer): void {
    if (this.trouble !== undefined) return;
    for (const line of this.reader.lines(chunk)) {
      if (typeof line !== 'string') return this.fail(TOO_LONG_A_LINE);
      this.line(line);
      if (this.trouble !== undefined) return;
    }
    if (this.reader.overflows) this.fail(TOO_LONG_A_LINE);
  }

  private line(line: string): void {
    if (/[^\x20-\x7e]/.test(line)) {
      return this.broken(
        'sent a line that is not ASCII',
        `It sent a line with other bytes than visible ASCII: ${show(line)}.`,
      );
    }
    if (isEventLine(line)) {
      if (++this.events > EVENTS_AT_MOST) {
        return this.broken('flooded with events', `It sent more than ${EVENTS_AT_MOST} events without an answer.`);
      }
      this.lines.push(line);
      return;
    }
    if (!/^(OK|FAIL)( |$)/.test(line)) {
      return this.broken(
        'sent what is neither answer nor event',
        `It sent what is neither an answer nor an event: ${show(line)}.`,
      );
    }
    if (this.wanted === 0) {
      return this.broken(
        'answered without being asked',
        `It sent an answer that belongs to no command: ${show(line)}.`,
      );
    }
    this.lines.push(line);
    this.events = 0;
    this.answered();
    if (--this.wanted === 0) this.settle();
    else this.timer?.refresh();
  }

  private broken(how: string, detail: string): void {
    this.fail({ kind: 'protocol', how, detail });
  }

  private late(): void {
    this.fail({ kind: 'hang', how: 'did not answer in time', detail: `No answer came within ${this.timeout} ms.` });
  }

  private fail(trouble: Trouble): void {
    if (this.trouble !== undefined) return;
    this.trouble = trouble;
    this.settle();
    // What it still sends is nobody's business.
    this.input.pause();
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.finish?.(this.trouble);
    this.finish = undefined;
  }
}

const TOO_LONG_A_LINE: Trouble = {
  kind: 'protocol',
  how: 'sent a line without end',
  detail: `It sent a line of more than ${LINE_AT_MOST} bytes.`,
};

function show(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
