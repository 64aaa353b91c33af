import { Readable } from 'node:stream';
import { Access } from '../src/access/access.ts';
import type { Event, Located } from '../src/access/event.ts';
import type { TraceHeader, TraceSink } from '../src/access/source.ts';
import { formatAccess, formatEvent } from '../src/access/text.ts';
import { readTrace } from '../src/trace/read-trace.ts';
import type { ReadOptions } from '../src/trace/read-trace.ts';
import type { TraceResult } from '../src/trace/tally.ts';

/** Keeps everything that a trace gives. */
export class Collector implements TraceSink {
  headers: TraceHeader[] = [];
  entries: (Access | Located<Event>)[] = [];

  header(header: TraceHeader): void {
    this.headers.push(header);
  }

  access(access: Access): void {
    this.entries.push(new Access().assign(access));
  }

  event(event: Located<Event>): void {
    this.entries.push(event);
  }

  /** The text form of all entries, each with its line in the source when `numbered`. */
  text(numbered = false): string[] {
    return this.entries.map((entry) => {
      const text = entry instanceof Access ? formatAccess(entry) : formatEvent(entry);
      return numbered ? `${entry.line}: ${text}` : text;
    });
  }
}

export interface Collected {
  header: TraceHeader | undefined;
  text: string[];
  entries: Collector['entries'];
  result: TraceResult;
}

/** Reads a trace from text or bytes, handed over in pieces of `piece` bytes. */
export async function collect(
  content: string | Uint8Array,
  options: ReadOptions & { piece?: number; numbered?: boolean } = {},
): Promise<Collected> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
  const collector = new Collector();
  const stream = Readable.from(pieces(bytes, options.piece ?? Math.max(1, bytes.length)));
  const result = await readTrace({ stream, name: 'test' }, options, collector);
  return {
    header: collector.headers[0],
    text: collector.text(options.numbered ?? false),
    entries: collector.entries,
    result,
  };
}

function* pieces(bytes: Buffer, piece: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}
