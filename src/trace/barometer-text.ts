import { Access, MEMORY, PORT } from '../access/access.ts';
import { parseMachineWord } from '../access/machine-text.ts';
import type { MachineDescription } from '../access/machine.ts';
import type { TraceSink } from '../access/source.ts';
import { excerpt, isAccess, NotationError, parseLine } from '../access/text.ts';
import { widthMaskHi, widthMaskLo } from '../core/pair.ts';
import { Cursor, NEWLINE, word } from './cursor.ts';
import { MAGIC } from './detect.ts';
import { LINE_LENGTH, LONG_LINE, lineText } from './importer.ts';
import type { Importer } from './importer.ts';
import { Tally } from './tally.ts';
import { TraceError } from './trace-error.ts';

export const FORMAT = `${MAGIC}1`;

const READ = word('read ');
const WRITE = word('write ');
const PORT_WORD = word('port 0x');
const MEMORY_WORD = word('memory 0x');
const ANSWER = word(' -> 0x');
const WRITTEN = word(' <- 0x');
const LINE = word('line ');

/** Remarks that stand among the lines of the header; they follow it. */
const HEADER_REMARKS = 1000;

/**
 * Barometer's own text. The plainest lines, nearly all there are, are read byte by byte; every other line goes through
 * the notation's parser, which also finds the words for what is wrong.
 */
export class BarometerText implements Importer {
  private readonly name: string;
  private readonly tally: Tally;
  private readonly cursor = new Cursor();
  private readonly access = new Access();
  private line = 0;
  private magicRead = false;
  /** Set once the first line behind the header has been seen. */
  private inBody = false;
  private readonly machine: Partial<MachineDescription> = {};
  private readonly origin = new Map<string, string>();
  private readonly headerRemarks: { line: number; text: string }[] = [];

  constructor(name: string, sink: TraceSink) {
    this.name = name;
    this.tally = new Tally(FORMAT, name, sink);
  }

  get result(): Tally['result'] {
    this.tally.result.lines = this.line;
    return this.tally.result;
  }

  lines(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.cursor;
    cursor.bytes = bytes;
    let at = start;
    while (at < end) {
      this.line++;
      cursor.at = at;
      if (!this.inBody || !(this.plainAccess() || this.plainLevel(at))) this.slow(bytes, at);
      let stop = cursor.at;
      while (bytes[stop] !== NEWLINE) stop++;
      at = stop + 1;
    }
  }

  longLine(): void {
    this.line++;
    this.tally.problem(this.line, LONG_LINE);
  }

  finish(): void {
    this.startBody();
  }

  /** `[@N ]read|write port|memory 0xADDRESS WIDTH ->|<- 0xVALUE` and nothing else. */
  private plainAccess(): boolean {
    const cursor = this.cursor;
    const access = this.access;
    access.vcpu = 0;
    if (cursor.peek() === 0x40) {
      cursor.at++;
      if (cursor.peek() === 0x2d || !cursor.decimal() || cursor.number > 0xffff || cursor.peek() !== 0x20) return false;
      access.vcpu = cursor.number;
      cursor.at++;
    }
    if (cursor.take(READ)) access.write = false;
    else if (cursor.take(WRITE)) access.write = true;
    else return false;
    if (cursor.take(MEMORY_WORD)) access.space = MEMORY;
    else if (cursor.take(PORT_WORD)) access.space = PORT;
    else return false;
    if (!cursor.hex()) return false;
    access.addressLo = cursor.lo;
    access.addressHi = cursor.hi;
    if (access.space === PORT && (cursor.hi !== 0 || cursor.lo >>> 16 !== 0)) return false;
    if (cursor.peek() !== 0x20) return false;
    cursor.at++;
    if (!cursor.decimal()) return false;
    const width = cursor.number;
    if (width !== 4 && width !== 1 && width !== 2 && width !== 8) return false;
    access.width = width;
    if (!cursor.take(access.write ? WRITTEN : ANSWER) || !cursor.hex() || !cursor.atLineEnd()) return false;
    if ((cursor.lo & ~widthMaskLo(width)) !== 0 || (cursor.hi & ~widthMaskHi(width)) !== 0) return false;
    access.valueLo = cursor.lo;
    access.valueHi = cursor.hi;
    access.line = this.line;
    this.tally.access(access);
    return true;
  }

  /** `line N LEVEL` and nothing else. */
  private plainLevel(start: number): boolean {
    const cursor = this.cursor;
    cursor.at = start;
    if (!cursor.take(LINE) || !cursor.decimal()) return false;
    const input = cursor.number;
    if (input < 0 || cursor.peek() !== 0x20) return false;
    cursor.at++;
    if (!cursor.decimal() || !cursor.atLineEnd()) return false;
    const level = cursor.number;
    if (level !== 0 && level !== 1) return false;
    this.tally.event({ kind: 'line', input, level, line: this.line });
    return true;
  }

  private slow(bytes: Uint8Array, start: number): void {
    let end = start;
    while (bytes[end] !== NEWLINE) end++;
    this.cursor.at = end;
    if (end - start > LINE_LENGTH) {
      this.tally.problem(this.line, LONG_LINE);
      return;
    }
    const text = lineText(bytes, start, end);
    if (this.inBody || !this.headerLine(text)) this.bodyLine(text);
  }

  /** Whether the line belongs to the header. */
  private headerLine(text: string): boolean {
    if (!this.magicRead) {
      this.readMagic(text);
      return true;
    }
    const trimmed = text.trim();
    if (trimmed === '') return true;
    if (trimmed.startsWith('#')) {
      if (this.headerRemarks.length >= HEADER_REMARKS) return false;
      this.headerRemarks.push({ line: this.line, text: trimmed.replace(/^# ?/, '') });
      return true;
    }
    if (/^origin\b/.test(trimmed)) {
      const equals = trimmed.indexOf('=');
      const key = trimmed.slice('origin'.length, equals).trim();
      if (equals < 0 || key === '') this.tally.problem(this.line, 'expected origin KEY=VALUE', 1);
      else this.origin.set(key, utf8(trimmed.slice(equals + 1)));
      return true;
    }
    if (/^machine\b/.test(trimmed)) {
      this.machineLine(text);
      return true;
    }
    return false;
  }

  private machineLine(text: string): void {
    for (const match of text.matchAll(/[^ \t]+/g)) {
      if (match[0] === 'machine') continue;
      const wrong = parseMachineWord(match[0], this.machine);
      if (wrong !== undefined) this.tally.problem(this.line, wrong, match.index + 1);
    }
  }

  private readMagic(text: string): void {
    // A byte order mark is no part of the text; as latin1 it has three characters.
    const version = text.replace(/^\u00ef\u00bb\u00bf/, '').trim();
    if (version === '') return;
    if (version !== FORMAT) {
      throw new TraceError(
        `${this.name}:${this.line}: this trace is in version '${excerpt(version)}'; this Barometer reads '${FORMAT}'`,
      );
    }
    this.magicRead = true;
  }

  private bodyLine(text: string): void {
    this.startBody();
    if (/^\s*(?:origin|machine)\b/.test(text)) {
      this.tally.problem(this.line, 'origin and machine lines belong before the first access or event', 1);
      return;
    }
    try {
      const parsed = parseLine(text, this.access);
      if (parsed === undefined) return;
      if (isAccess(parsed)) {
        parsed.line = this.line;
        this.tally.access(parsed);
      } else if (parsed.kind === 'remark') {
        this.tally.remark(this.line, utf8(parsed.text));
      } else {
        this.tally.event({ ...parsed, line: this.line });
      }
    } catch (error) {
      if (!(error instanceof NotationError)) throw error;
      this.tally.problem(this.line, error.message, error.column);
    }
  }

  private startBody(): void {
    if (this.inBody) return;
    this.inBody = true;
    const { origin, machine } = this;
    this.tally.header({ format: FORMAT, origin, ...(Object.keys(machine).length > 0 ? { machine } : {}) });
    for (const remark of this.headerRemarks) this.tally.remark(remark.line, utf8(remark.text));
  }
}

/** Lines are decoded byte by byte; words for people may hold more. */
function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
