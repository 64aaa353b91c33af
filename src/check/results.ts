import { formatBdf } from '../access/bdf.ts';
import { inertJson } from '../core/inert-text.ts';
import { isApplicable } from '../spec/needs.ts';
import { ruleById, RULES } from '../spec/rules.ts';
import type { Comparison } from './comparison/comparison.ts';
import { kindOfFunction } from './finding.ts';
import type { Verdict } from './gate.ts';
import { representatives } from './alike.ts';
import { divergenceText } from './divergence-text.ts';
import type { Results } from './results-schema.ts';
import type { JudgedFinding, TraceReport } from './trace-report.ts';
import { knownBits, undecodedTotal } from './trace-report.ts';

type ResultFinding = Results['findings'][number];
type ResultInput = Results['inputs'][number];
type ResultRule = Results['rules'][number];

/** What a run on a live target adds to the document. */
export interface LiveRun {
  target: string;
  seed: string | null;
  sweepAccesses: number;
  /** By identity: the directory of the failure beside the document, the steps of its scenario, whether it came back. */
  failures: ReadonlyMap<string, { failure: string; steps: number; reproduced: boolean }>;
  /** Of several targets. */
  comparison?: Comparison;
  campaign?: Results['campaign'];
}

/** Makes the results document. The order in which the traces were given leaves no mark on it. */
export function makeResults(
  command: string,
  tool: string,
  reports: readonly TraceReport[],
  verdict: Verdict,
  live?: LiveRun,
): Results {
  const ordered = reports.toSorted((one, other) => compare(one.name, other.name));
  const merged = mergeFindings(ordered);
  // What a profile knows does not stand for what it does not know.
  const likes = new Map(
    [true, false].flatMap((known) => [
      ...representatives(
        merged.filter((finding) => finding.known === known),
        ({ id }) => live?.failures.has(id) === true,
      ),
    ]),
  );
  const findings = merged.map((finding) => ({
    ...finding,
    ...live?.failures.get(finding.id),
    alike: likes.get(finding.id) ?? null,
  }));
  const rules = mergeRules(ordered);
  const judged = new Set(rules.map(({ id }) => id));
  const sum = (count: (report: TraceReport) => number): number =>
    ordered.reduce((total, report) => total + count(report), 0);
  return {
    schema: 'barometer.results/1',
    tool,
    command,
    target: { kind: live === undefined ? 'trace' : live.target },
    inputs: ordered.map(resultInput),
    seed: live?.seed ?? null,
    choices: {
      inForce: agreed(ordered.map((report) => report.declared)),
      learned: agreed(ordered.map((report) => report.learned)),
      excused: mergeExcused(ordered),
    },
    totals: {
      accesses: sum((report) => report.accesses),
      sweepAccesses: live?.sweepAccesses ?? 0,
      events: sum((report) => report.events),
      undecoded: sum(undecodedTotal),
      rulesExercised: rules.filter((rule) => rule.exercised > 0).length,
      rulesBroken: rules.filter((rule) => rule.broken > 0).length,
      divergences: findings.reduce((total, finding) => total + finding.count, 0),
      findings: findings.length,
      known: findings.filter((finding) => finding.known).length,
      unreproduced: findings.filter((finding) => !finding.reproduced).length,
      crashes: findings.filter((finding) => finding.rule.startsWith('TARGET-')).length,
      knownBits: knownBits(ordered),
    },
    verdict: { status: verdict.status, gating: [...verdict.gating] },
    rules,
    notApplicable: notApplicable(ordered).filter((id) => !judged.has(id)),
    findings,
    profile: [...verdict.complaints],
    objections: [...verdict.objections],
    notes: ordered.flatMap((report) =>
      report.notes.map((note) => ({
        input: report.name,
        topic: note.topic,
        line: note.line,
        index: note.index,
        function: note.function === undefined ? '' : formatBdf(note.function.bdf),
        text: note.text,
        count: note.count,
      })),
    ),
    ...(live?.comparison === undefined ? {} : { comparison: live.comparison }),
    ...(live?.campaign === undefined ? {} : { campaign: live.campaign }),
  };
}

/** The document's bytes: what `--json` prints and `results.json` holds. */
export function resultsText(results: Results): string {
  return inertJson(results);
}

function resultInput(report: TraceReport): ResultInput {
  const { name, sha256, format, accesses, events, messages, notesOmitted } = report;
  const { configurationReads, configurationWrites, absentReads, memoryAccesses, portAccesses } = report;
  const hex = (value: number, digits: number): string => (value < 0 ? '?' : value.toString(16).padStart(digits, '0'));
  return {
    name,
    sha256,
    format,
    origin: sorted(report.origin),
    profile: report.profile ?? null,
    complete: report.complete,
    problems: [...report.problems],
    problemCount: report.problemCount,
    lines: report.lines,
    unknownLines: report.unknownLines,
    accesses,
    events,
    accessCounts: report.accessCounts.map((entry) => ({ ...entry })),
    configurationReads,
    configurationWrites,
    absentReads,
    memoryAccesses,
    portAccesses,
    messages,
    undecoded: sorted(report.undecoded),
    functions: report.functions.map(({ bdf, vendor, device, classCode }) => {
      return { function: formatBdf(bdf), vendor: hex(vendor, 4), device: hex(device, 4), classCode: hex(classCode, 6) };
    }),
    choices: {
      inForce: sorted(report.declared),
      learned: sorted(report.learned),
      excused: mergeExcused([report]),
    },
    rules: mergeRules([report]),
    knownBits: knownBits([report]),
    findings: report.findings.map(({ id, count, first, known }) => {
      return { id, count, line: first.line, index: first.index, known };
    }),
    notesOmitted,
  };
}

/** One entry an identity. What it tells of is the first new occurrence by name of input; if none is new, the first. */
function mergeFindings(reports: readonly TraceReport[]): ResultFinding[] {
  const merged = new Map<string, ResultFinding>();
  for (const report of reports) {
    for (const finding of report.findings) {
      const seen = merged.get(finding.id);
      const mine = resultFinding(report.name, finding);
      if (seen === undefined) merged.set(finding.id, mine);
      else {
        const told = seen.known && !finding.known ? mine : seen;
        merged.set(finding.id, { ...told, count: seen.count + finding.count });
      }
    }
  }
  return [...merged.values()].toSorted((one, other) => compare(one.id, other.id));
}

function resultFinding(input: string, finding: JudgedFinding): ResultFinding {
  const { first } = finding;
  const rule = ruleById(finding.rule);
  if (rule === undefined) throw new Error(`a divergence names the rule ${finding.rule}, which the catalogue has not`);
  return {
    id: finding.id,
    rule: finding.rule,
    strength: rule.strength,
    title: rule.title,
    citation: rule.citation,
    count: finding.count,
    input,
    line: first.line,
    index: first.index,
    access: divergenceText(first),
    function: first.function === undefined ? '' : formatBdf(first.function.bdf),
    kind: kindOfFunction(first.function),
    register: first.register,
    shape: first.shape,
    expected: first.expected,
    actual: first.actual,
    explanation: first.explanation,
    ...(first.bits === undefined
      ? {}
      : { bits: { ...first.bits, fields: first.bits.fields.map((field) => ({ ...field })) } }),
    excusedBy: first.excusedBy ?? '',
    known: finding.known,
    reason: finding.reason,
    reproduced: true,
    failure: null,
    steps: 0,
    alike: null,
  };
}

function mergeRules(reports: readonly TraceReport[]): ResultRule[] {
  const rules = new Map<string, ResultRule>();
  const rule = (id: string): ResultRule => {
    const entry = rules.get(id) ?? { id, exercised: 0, broken: 0 };
    rules.set(id, entry);
    return entry;
  };
  for (const report of reports) {
    for (const [id, count] of Object.entries(report.exercised)) rule(id).exercised += count;
    for (const finding of report.findings) rule(finding.rule).broken += finding.count;
  }
  return [...rules.values()].toSorted((one, other) => compare(one.id, other.id));
}

/** Rules about what no function has that was looked at; none while no function was. */
function notApplicable(reports: readonly TraceReport[]): string[] {
  const parts = new Set(reports.flatMap((report) => report.parts));
  return parts.size === 0 ? [] : RULES.map(({ id }) => id).filter((id) => !isApplicable(id, parts));
}

/** How many divergences each deviation excused, by rule. */
function mergeExcused(reports: readonly TraceReport[]): Record<string, Record<string, number>> {
  const merged: Record<string, Record<string, number>> = {};
  for (const { excused } of reports) {
    for (const [choice, rules] of Object.entries(excused)) {
      const sums = (merged[choice] ??= {});
      for (const [rule, count] of Object.entries(rules)) sums[rule] = (sums[rule] ?? 0) + count;
    }
  }
  return sorted(Object.fromEntries(Object.entries(merged).map(([choice, rules]) => [choice, sorted(rules)])));
}

/** The names that all who state them give one value. */
function agreed(stated: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const values = new Map<string, Set<string>>();
  for (const record of stated) {
    for (const [name, value] of Object.entries(record)) values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return sorted(
    Object.fromEntries(
      [...values].filter(([, set]) => set.size === 1).map(([name, set]) => [name, [...set][0] as string]),
    ),
  );
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => compare(one, other)));
}

/** By code units: the same order on every machine, whatever its language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
