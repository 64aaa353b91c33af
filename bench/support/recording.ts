/** A trace in memory: compact columns, so that a bench can replay it many times without reading text again. */

import { Access } from '../../src/access/access.ts';
import type { Space, Width } from '../../src/access/access.ts';
import type { Event, Located } from '../../src/access/event.ts';
import type { TraceHeader, TraceSink } from '../../src/access/source.ts';
import { readTrace } from '../../src/trace/index.ts';
import type { ReadOptions } from '../../src/trace/index.ts';

const WRITE = 1;
const SPACE_SHIFT = 1;
const WIDTH_SHIFT = 4;
/** Marks a row that is an event; its values stand in `events`. */
const EVENT = -1;

/** Numbers of one kind, one a row. */
class Column {
  private rows = new Int32Array(1 << 12);

  set(row: number, value: number): void {
    if (row >= this.rows.length) {
      const larger = new Int32Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows[row] = value;
  }

  at(row: number): number {
    return this.rows[row] as number;
  }
}

/**
 * Accesses and events of a trace in order. Remarks are left out, so a row's number is the index that the model gives to
 * what happens there.
 */
export class Recording implements TraceSink {
  length = 0;
  traceHeader: TraceHeader | undefined;
  private readonly kinds = new Column();
  private readonly addressHi = new Column();
  private readonly addressLo = new Column();
  private readonly valueHi = new Column();
  private readonly valueLo = new Column();
  private readonly vcpu = new Column();
  private readonly lines = new Column();
  /** Events in order; the row has its number for an address. */
  private readonly events: Located<Event>[] = [];

  header(header: TraceHeader): void {
    this.traceHeader = header;
  }

  access(access: Access): void {
    const row = this.length++;
    const kind = (access.write ? WRITE : 0) | (access.space << SPACE_SHIFT) | (access.width << WIDTH_SHIFT);
    this.kinds.set(row, kind);
    this.addressHi.set(row, access.addressHi);
    this.addressLo.set(row, access.addressLo);
    this.valueHi.set(row, access.valueHi);
    this.valueLo.set(row, access.valueLo);
    this.vcpu.set(row, access.vcpu);
    this.lines.set(row, access.line);
  }

  event(event: Located<Event>): void {
    if (event.kind === 'remark') return;
    const row = this.length++;
    this.kinds.set(row, EVENT);
    this.addressLo.set(row, this.events.push(event) - 1);
  }

  /** Fills `access` from a row and returns undefined, or returns the event that stands there. */
  read(row: number, access: Access): Located<Event> | undefined {
    const kind = this.kinds.at(row);
    if (kind === EVENT) return this.events[this.addressLo.at(row)];
    access.write = (kind & WRITE) !== 0;
    access.space = ((kind >>> SPACE_SHIFT) & 3) as Space;
    access.width = (kind >>> WIDTH_SHIFT) as Width;
    access.addressHi = this.addressHi.at(row);
    access.addressLo = this.addressLo.at(row);
    access.valueHi = this.valueHi.at(row);
    access.valueLo = this.valueLo.at(row);
    access.vcpu = this.vcpu.at(row);
    access.line = this.lines.at(row);
    return undefined;
  }
}

/** What takes a recording row by row: the model. */
export interface Taker {
  access(access: Access): void;
  event(event: Located<Event>): void;
}

/** Hands the rows from `first` to before `end` on. */
export function play(recording: Recording, taker: Taker, first = 0, end = recording.length): void {
  const access = new Access();
  for (let row = first; row < end; row++) {
    const event = recording.read(row, access);
    if (event === undefined) taker.access(access);
    else taker.event(event);
  }
}

export async function record(path: string, options: ReadOptions = {}): Promise<Recording> {
  const recording = new Recording();
  const result = await readTrace(path, options, recording);
  if (result.truncated !== undefined) throw new Error(result.truncated);
  return recording;
}
