import type { LineTaker } from './line-pump.ts';
import type { TraceResult } from './tally.ts';

/** Reads the lines of one format. */
export interface Importer extends LineTaker {
  readonly result: TraceResult;
  /** Told once, after the last line. */
  finish(): void;
}

/** Lines longer than this are noise: they are reported and passed over. Bytes. */
export const LINE_LENGTH = 1 << 16;

export const LONG_LINE = `the line is longer than ${LINE_LENGTH} bytes; passed over`;

/** A line of a log as text: without its line end and without NUL bytes. */
export function lineText(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  return text.replace(/[\r\0]+/g, '');
}
