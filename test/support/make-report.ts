import { Access } from '../../src/access/access.ts';
import type { Verdict } from '../../src/check/gate.ts';
import type { JudgedFinding, TraceReport } from '../../src/check/trace-report.ts';
import { findingId } from '../../src/check/finding.ts';
import type { Divergence } from '../../src/model/verdict.ts';

/** A divergence of BAR-003 at the read of port 0xcfc on line 8; `changes` make it another one. */
export function makeDivergence(changes: Partial<Divergence> = {}): Divergence {
  const access = new Access();
  access.space = 0;
  access.addressLo = 0xcfc;
  access.valueLo = 1;
  return {
    rule: 'BAR-003',
    index: 7,
    line: 8,
    access,
    function: { bdf: 0x18, vendor: 0x8086, device: 0x10d3, classCode: 0x020000 },
    register: 'BAR 0',
    shape: 'low bits writable',
    expected: '0x0',
    actual: '0x1',
    explanation: 'The low address bits are hardwired to zero.',
    ...changes,
  };
}

export function makeFinding(changes: Partial<Divergence> = {}, judged: Partial<JudgedFinding> = {}): JudgedFinding {
  const first = makeDivergence(changes);
  return { id: findingId(first), rule: first.rule, count: 1, first, known: false, reason: '', ...judged };
}

/** What a report says of a trace that breaks off. */
export const CUT = {
  complete: false,
  problems: ['a.txt:7: the trace breaks off here'],
  problemCount: 1,
} as const;

/** The report of a short trace that conforms; `changes` make it another one. */
export function makeReport(changes: Partial<TraceReport> = {}): TraceReport {
  return {
    name: 'a.txt',
    sha256: '0'.repeat(64),
    format: 'barometer.trace/1',
    origin: {},
    complete: true,
    problems: [],
    problemCount: 0,
    lines: 12,
    unknownLines: 0,
    accesses: 10,
    events: 1,
    accessCounts: [{ space: 'port', write: false, width: 4, count: 10 }],
    configurationReads: 8,
    configurationWrites: 0,
    absentReads: 3,
    memoryAccesses: 0,
    portAccesses: 2,
    messages: 0,
    undecoded: { 'port that no BAR owns': 2 },
    functions: [{ bdf: 0x18, vendor: 0x8086, device: 0x10d3, classCode: 0x020000 }],
    exercised: { 'CAM-001': 4, 'BAR-003': 2 },
    declared: {},
    learned: {},
    excused: {},
    bitsKnown: 1,
    bitsAnswered: 3,
    parts: [],
    findings: [],
    notes: [],
    notesOmitted: 0,
    ...changes,
  };
}

/** Of a run that conforms; `changes` make it another one. */
export function makeVerdict(changes: Partial<Verdict> = {}): Verdict {
  return { status: 0, gating: [], complaints: [], objections: [], ...changes };
}
