import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import type { TraceHeader, TraceSink } from '../access/source.ts';
import type { TraceProblem } from './trace-error.ts';

/** Problems that are kept with their place; beyond that they are only counted. */
export const PROBLEMS_KEPT = 100;

/** What the lines of a trace amount to. */
export interface TraceResult {
  /** `barometer.trace/1`, `qemu-log` or `kvm-ftrace`. */
  format: string;
  /** All lines. */
  lines: number;
  /** Accesses that went to the sink. */
  accesses: number;
  /** Events other than remarks. */
  events: number;
  /** Lines handed on as remarks, those of no known form included. */
  remarks: number;
  /** Lines of no known form. */
  unknownLines: number;
  /** Second lines of an access that another line has told already; dropped. */
  twins: number;
  /** Records that say nothing of PCI: registers of the local APIC, entries and exits of vCPUs; dropped. */
  ignored: number;
  /** The first problems, in order of appearance. */
  problems: TraceProblem[];
  /** All problems. */
  problemCount: number;
  /**
   * Why the trace ends before its end, as one sentence with file and line: compression that is cut or damaged, a last
   * line that is cut, a read error.
   */
  truncated?: string;
}

/** Hands accesses and events on to a sink and counts what passes. */
export class Tally {
  readonly result: TraceResult;
  private readonly name: string;
  private readonly sink: TraceSink;

  /** `name`: how messages call the trace. */
  constructor(format: string, name: string, sink: TraceSink) {
    this.name = name;
    this.sink = sink;
    this.result = {
      format,
      lines: 0,
      accesses: 0,
      events: 0,
      remarks: 0,
      unknownLines: 0,
      twins: 0,
      ignored: 0,
      problems: [],
      problemCount: 0,
    };
  }

  header(header: TraceHeader): void {
    this.sink.header(header);
  }

  access(access: Access): void {
    this.result.accesses++;
    this.sink.access(access);
  }

  event(event: Located<Event>): void {
    this.result.events++;
    this.sink.event(event);
  }

  remark(line: number, text: string): void {
    this.result.remarks++;
    this.sink.event({ kind: 'remark', text, line });
  }

  /** A line of no known form: kept for people. */
  unknown(line: number, text: string): void {
    this.result.unknownLines++;
    this.remark(line, text);
  }

  problem(line: number, text: string, column?: number): void {
    this.result.problemCount++;
    if (this.result.problems.length >= PROBLEMS_KEPT) return;
    this.result.problems.push(column === undefined ? { line, text } : { line, column, text });
  }

  /** The trace ends before its end, at this line. */
  cut(line: number, why: string): void {
    this.result.truncated ??= `${this.name}:${line}: the trace breaks off here: ${why}`;
  }
}
