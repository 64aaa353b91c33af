import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatMachine } from '../access/machine-text.ts';
import type { MachineDescription } from '../access/machine.ts';
import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import type { TraceHeader, TraceSink } from '../access/source.ts';
import { formatAccess, formatEvent } from '../access/text.ts';
import { FORMAT } from './barometer-text.ts';
import type { TraceInput } from './byte-source.ts';
import { readTrace } from './read-trace.ts';
import type { ReadOptions } from './read-trace.ts';
import type { TraceResult } from './tally.ts';
import { systemSentence, TraceError } from './trace-error.ts';

/** Said in the header beside what the source itself tells. */
export interface HeaderAdditions {
  machine?: Partial<MachineDescription>;
  origin?: Iterable<readonly [string, string]>;
}

/** Characters that are gathered before they are handed out. */
const BLOCK = 4 << 20;

/** Writes a trace as Barometer's own text, in large pieces, to `put`. Call `end` at the end. */
export class TraceWriter implements TraceSink {
  private readonly put: (text: string) => void;
  private readonly additions: HeaderAdditions;
  private text = '';

  constructor(put: (text: string) => void, additions: HeaderAdditions = {}) {
    this.put = put;
    this.additions = additions;
  }

  header(header: TraceHeader): void {
    this.line(FORMAT);
    for (const [key, value] of [...header.origin, ...(this.additions.origin ?? [])]) {
      this.line(`origin ${oneLine(key)}=${oneLine(value)}`);
    }
    const words = formatMachine({ ...header.machine, ...this.additions.machine });
    if (words.length > 0) this.line(`machine ${words.join(' ')}`);
  }

  access(access: Access): void {
    this.line(formatAccess(access));
  }

  event(event: Located<Event>): void {
    this.line(formatEvent(event));
  }

  end(): void {
    if (this.text !== '') this.put(this.text);
    this.text = '';
  }

  private line(text: string): void {
    this.text += `${text}\n`;
    if (this.text.length >= BLOCK) this.end();
  }
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}

export interface ConvertOptions extends ReadOptions, HeaderAdditions {}

/**
 * Turns a trace of any format into Barometer's own text at `outPath`, compressed when the name ends in `.gz`; the same
 * input gives the same bytes. The file appears whole or not at all. Rejects with a TraceError as `readTrace` does, or
 * when the output cannot be written; problems inside the trace are told in the result, and what was good is written.
 */
export async function convertTrace(
  input: TraceInput,
  outPath: string,
  options: ConvertOptions = {},
): Promise<TraceResult> {
  const temporary = join(dirname(outPath), `.${basename(outPath)}.${randomUUID().slice(0, 8)}`);
  const compressed = outPath.endsWith('.gz');
  const file = await open(temporary, 'w').catch((error: unknown) => {
    throw unwritable(outPath, error);
  });
  const writer = new TraceWriter((text) => {
    try {
      writeAll(file.fd, compressed ? gzipMember(text) : Buffer.from(text));
    } catch (error) {
      throw unwritable(outPath, error);
    }
  }, options);
  try {
    const result = await readTrace(input, options, writer);
    writer.end();
    await file.close();
    await rename(temporary, outPath).catch((error: unknown) => {
      throw unwritable(outPath, error);
    });
    return result;
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}

/** Where a gzip header names the operating system. */
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/** One member of a gzip file; a file may have many. Without time or system, so that the bytes are always the same. */
function gzipMember(text: string): Uint8Array {
  const member = gzipSync(text, { level: 9 });
  member[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
  return member;
}

function unwritable(path: string, error: unknown): TraceError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EISDIR')
    return new TraceError(`${path}: this is a directory; name a file to write to`, { cause: error });
  if (code === 'ENOENT') return new TraceError(`${path}: its directory does not exist`, { cause: error });
  return new TraceError(systemSentence(path, error).replace('cannot be read', 'cannot be written'), { cause: error });
}
