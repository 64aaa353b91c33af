import type { FunctionIdentity, Note } from '../model/verdict.ts';
import type { Finding } from './finding.ts';
import type { Timeline } from './timeline/timeline.ts';

/** Reads and writes of one space and width: `memory read 4`. */
export interface AccessCount {
  /** What the address was an address of. */
  space: 'port' | 'memory' | 'config';
  /** False: reads. */
  write: boolean;
  /** Bytes; 0 where the source does not tell. */
  width: number;
  /** How many there were. */
  count: number;
}

/** A note that was given once or many times. */
export interface NoteCount extends Note {
  /** How often it was given. */
  count: number;
}

/** A finding with the profile's word on it. */
export interface JudgedFinding extends Finding {
  /** Whether the profile accepts it. */
  known: boolean;
  /** The reason in the profile, when known. */
  reason: string;
}

/**
 * All that checking one trace gave. Plain data, so that a worker thread can send it; it depends on the trace, the
 * profile and the options alone, never on other traces of the same run.
 */
export interface TraceReport {
  /** As the user typed it. */
  name: string;
  /** Of the bytes as they were read, compressed or not; empty when they could not be read. */
  sha256: string;
  /** Empty when reading ended before the format was known. */
  format: string;
  /** Free words of the trace on where it stems from. */
  origin: Readonly<Record<string, string>>;
  /** Name of the profile in force; absent: none. */
  profile?: string;
  /** Whether the trace was read to its end. */
  complete: boolean;
  /** What is wrong with the input, one sentence each with file and line; the first ones only. */
  problems: readonly string[];
  /** All of them. */
  problemCount: number;
  /** Lines of the trace. */
  lines: number;
  /** Lines of no known form: kept as remarks, since logs carry other texts too. */
  unknownLines: number;
  /** All that were read. */
  accesses: number;
  /** Without remarks. */
  events: number;
  /** The same by space, direction and width. */
  accessCounts: readonly AccessCount[];
  /** Reads of configuration space, by whichever mechanism. */
  configurationReads: number;
  /** Writes of it. */
  configurationWrites: number;
  /** Configuration reads that no function answered. */
  absentReads: number;
  /** Accesses to memory, ECAM included. */
  memoryAccesses: number;
  /** Accesses to ports, CAM included. */
  portAccesses: number;
  /** Messages that were seen. */
  messages: number;
  /** Accesses that no function, structure or mechanism of the model explains, by reason. */
  undecoded: Readonly<Record<string, number>>;
  /** Functions present at the end, in order of bus, device, function. */
  functions: readonly FunctionIdentity[];
  /** How often each rule had something to judge. */
  exercised: Readonly<Record<string, number>>;
  /** What the functions that were looked at have or may have, in order of name (`PARTS` of src/spec/needs.ts); none: nobody was. */
  parts: readonly string[];
  /** Choices and deviations that the profile states. */
  declared: Readonly<Record<string, string>>;
  /** Choices that the run learned. */
  learned: Readonly<Record<string, string>>;
  /** Divergences that a deviation of the profile excused: by `name=value`, then by rule. */
  excused: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Bits of configuration answers that the model knew before the answer came. */
  bitsKnown: number;
  /** Bits of configuration answers of present functions, in all. */
  bitsAnswered: number;
  /** In order of first occurrence. */
  findings: readonly JudgedFinding[];
  /** In order of first occurrence. */
  notes: readonly NoteCount[];
  /** Different notes beyond the bound on what is kept. */
  notesOmitted: number;
  /** What decoded which addresses and what interrupts did, if it was asked for. */
  timeline?: Timeline;
}

/** Whether everything in the input could be read. */
export function readInFull(report: TraceReport): boolean {
  return report.complete && report.problemCount === 0;
}

/** Accesses that could not be decoded, in all. */
export function undecodedTotal(report: TraceReport): number {
  return Object.values(report.undecoded).reduce((sum, count) => sum + count, 0);
}

/** Whether anything in the trace could be judged; a trace of which nothing is decoded is an input error. */
export function decodedAnything(report: TraceReport): boolean {
  return report.accesses > undecodedTotal(report);
}

/** Share of the bits that the model knew before present functions answered, 0 to 1, cut to four digits. */
export function knownBits(reports: readonly TraceReport[]): number {
  const known = reports.reduce((sum, report) => sum + report.bitsKnown, 0);
  const answered = reports.reduce((sum, report) => sum + report.bitsAnswered, 0);
  return answered === 0 ? 0 : Math.floor((known / answered) * 10_000) / 10_000;
}
