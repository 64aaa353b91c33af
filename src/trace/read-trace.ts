import type { MachineDescription } from '../access/machine.ts';
import type { TraceSink } from '../access/source.ts';
import { BarometerText } from './barometer-text.ts';
import { openSource } from './byte-source.ts';
import type { TraceInput } from './byte-source.ts';
import { detectFormat, looksBinary } from './detect.ts';
import type { Format } from './detect.ts';
import type { Importer } from './importer.ts';
import { KvmText } from './kvm-text.ts';
import { pumpLines } from './line-pump.ts';
import type { LineTaker } from './line-pump.ts';
import { QemuLog } from './qemu-log.ts';
import { Tally } from './tally.ts';
import type { TraceResult } from './tally.ts';
import { systemSentence, TraceError } from './trace-error.ts';

/** What is known of a trace before it is read. */
export interface ReadOptions {
  /** How messages call the trace; default: its path, or `standard input`. */
  name?: string;
  /** What is known of the machine: `ecam` and `ioWindow` put addresses right that a log has as offsets. */
  machine?: Partial<MachineDescription>;
}

/**
 * Reads a trace of any known format, compressed with gzip or not, from its first to its last line and hands it to
 * `sink` in order. What is wrong with single lines, and an end that comes too early, is told in the result; what was
 * good has gone to the sink. Rejects with a TraceError when the input gives nothing to work with, and with the sink's
 * own error if it throws.
 */
export async function readTrace(input: TraceInput, options: ReadOptions, sink: TraceSink): Promise<TraceResult> {
  const name = options.name ?? inputName(input);
  const source = await openSource(input, name);
  const reader = new Reader(name, options.machine ?? {}, sink);
  try {
    await pumpLines(source, reader);
  } catch (error) {
    // An error of the source is an early end. Errors of the sink and of the reader are thrown by the lines' taker.
    if (reader.failure !== undefined) throw reader.failure.error;
    return reader.cut(error);
  } finally {
    await source.close();
  }
  return reader.end();
}

function inputName(input: TraceInput): string {
  if (typeof input === 'object' && 'stream' in input) return input.name;
  const path = typeof input === 'string' ? input : input.path;
  return path === '-' ? 'standard input' : path;
}

/** Bytes in which a line of a known form must have appeared. */
const DETECTION_LIMIT = 16 << 20;

/** Finds out the format, then hands all lines to its importer. */
class Reader implements LineTaker {
  /** Set when handing lines on threw, so that it is not taken for an error of the source. */
  failure: { error: unknown } | undefined;
  private readonly name: string;
  private readonly machine: Partial<MachineDescription>;
  private readonly sink: TraceSink;
  private importer: Importer | undefined;
  private linesBefore = 0;
  private bytesBefore = 0;
  private binary = false;

  constructor(name: string, machine: Partial<MachineDescription>, sink: TraceSink) {
    this.name = name;
    this.machine = machine;
    this.sink = sink;
  }

  lines(bytes: Uint8Array, start: number, end: number): void {
    this.take(bytes, start, end, false);
  }

  lastLine(bytes: Uint8Array, start: number, end: number): void {
    this.take(bytes, start, end, true);
  }

  private take(bytes: Uint8Array, start: number, end: number, last: boolean): void {
    try {
      this.importer ??= this.detect(bytes, start, end);
      if (last && this.importer?.lastLine !== undefined) this.importer.lastLine(bytes, start, end);
      else this.importer?.lines(bytes, start, end);
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  longLine(): void {
    if (this.importer === undefined) this.linesBefore++;
    else this.importer.longLine();
  }

  end(): TraceResult {
    if (this.importer === undefined) throw this.nothingKnown();
    this.importer.finish();
    return this.importer.result;
  }

  /** The source broke off with an error. */
  cut(error: unknown): TraceResult {
    const why = cutSentence(error);
    if (this.importer === undefined) {
      throw new TraceError(why === undefined ? systemSentence(this.name, error) : `${this.name}: ${why}`, {
        cause: error,
      });
    }
    this.importer.finish();
    const result = this.importer.result;
    const sentence = why ?? (error instanceof Error ? error.message : String(error));
    result.truncated = `${this.name}:${result.lines}: the trace breaks off here: ${sentence}`;
    return result;
  }

  private detect(bytes: Uint8Array, start: number, end: number): Importer | undefined {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const format = detectFormat(text, this.linesBefore === 0);
    if (format !== undefined) return this.create(format);
    if (this.bytesBefore === 0) this.binary = looksBinary(bytes.subarray(start, end));
    this.bytesBefore += end - start;
    for (let at = start; at < end; at++) if (bytes[at] === 0x0a) this.linesBefore++;
    if (this.bytesBefore > DETECTION_LIMIT) throw this.nothingKnown();
    return undefined;
  }

  private create(format: Format): Importer {
    switch (format) {
      case 'barometer':
        return new BarometerText(this.name, this.sink);
      case 'qemu-log':
        return new QemuLog(this.tally('qemu-log'), this.machine, this.linesBefore);
      case 'kvm-ftrace':
        return new KvmText(this.tally('kvm-ftrace'), this.linesBefore);
    }
  }

  private tally(format: string): Tally {
    const tally = new Tally(format, this.name, this.sink);
    tally.result.remarks = this.linesBefore;
    tally.result.unknownLines = this.linesBefore;
    tally.header({ format, origin: new Map() });
    return tally;
  }

  private nothingKnown(): TraceError {
    if (this.linesBefore === 0 && this.bytesBefore === 0) return new TraceError(`${this.name}: the file is empty`);
    if (this.binary) return new TraceError(`${this.name}: this is binary data, not a trace`);
    return new TraceError(
      `${this.name}: none of its first ${this.linesBefore} lines is of a known form ` +
        "(Barometer's own text, a QEMU trace log, or KVM events as ftrace text)",
    );
  }
}

/** What went wrong with compressed data; undefined for other errors. */
function cutSentence(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'Z_BUF_ERROR') return 'the gzip stream is cut';
  if (typeof code === 'string' && code.startsWith('Z_'))
    return `the gzip stream is damaged (${(error as Error).message})`;
  return undefined;
}
