import { formatBdf } from '../access/bdf.ts';
import { verdictWord } from '../check/gate.ts';
import type { Objection, ProfileComplaint, Verdict } from '../check/gate.ts';
import { firstsOf } from '../check/alike.ts';
import { kindOfFunction } from '../check/finding.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { knownBits, readInFull, undecodedTotal } from '../check/trace-report.ts';
import { inertLine } from '../core/inert-text.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { COLUMNS, groupDigits, plural, wrap } from './wrap.ts';

/** Functions and reasons that a screen shows; the rest is in results.json. */
const FUNCTIONS_AT_MOST = 12;
const REASONS_AT_MOST = 8;
/** Width of a label, and of a row behind it. */
const LABEL = 10;
const ROW = COLUMNS - LABEL - 4;

/** One screen about one trace. Ends with a newline. */
export function traceSummary(report: TraceReport, paint: Paint): string {
  const lines = [
    paint('bold', inertLine(report.name)) +
      paint('dim', inertLine(`  ${report.format}${report.profile === undefined ? '' : `, profile ${report.profile}`}`)),
  ];
  if (!readInFull(report))
    lines.push(
      ...labelled(
        'problems',
        problemRows(report).flatMap((row) => wrap(row, ROW)),
      ),
    );
  if (report.unknownLines > 0)
    lines.push(...labelled('remarks', [`${plural(report.unknownLines, 'line')} of no known form`]));
  lines.push(
    ...labelled('accesses', accessRows(report)),
    ...labelled('decoded as', wrap(decodedRow(report), ROW)),
    ...labelled(
      'undecoded',
      undecodedRows(report).flatMap((row) => wrap(row, ROW)),
    ),
    ...labelled('functions', functionRows(report)),
    ...labelled('rules', wrap(rulesRow(report), ROW)),
    ...labelled('bits known', [`${percent(knownBits([report]))} of what present functions answered`]),
  );
  const named = (choices: Readonly<Record<string, string>>): string =>
    Object.entries(choices)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ');
  if (Object.keys(report.declared).length > 0) lines.push(...labelled('in force', wrap(named(report.declared), ROW)));
  if (Object.keys(report.learned).length > 0) lines.push(...labelled('learned', wrap(named(report.learned), ROW)));
  lines.push(
    ...labelled(
      'excused',
      excusedRows(report).flatMap((row) => wrap(row, ROW)),
    ),
  );
  if (report.notes.length > 0) {
    const count = report.notes.reduce((sum, note) => sum + note.count, 0);
    lines.push(...labelled('notes', [`${groupDigits(count)} (in results.json)`]));
  }
  lines.push(...labelled('findings', [findingsRow(report, paint)]));
  return `${lines.join('\n')}\n\n`;
}

/** One line a trace and one for all: for runs over several traces. Ends with a newline. */
export function totalsTable(reports: readonly TraceReport[], paint: Paint): string {
  const row = (title: string, some: readonly TraceReport[]): string[] => {
    const name = some.length === 1 && !some.every(readInFull) ? `${title} (not read in full)` : title;
    const sum = (count: (report: TraceReport) => number): number => some.reduce((total, one) => total + count(one), 0);
    const exercised = new Set(some.flatMap((report) => Object.keys(report.exercised)));
    const broken = new Set(some.flatMap((report) => report.findings.map((finding) => finding.rule)));
    return [
      name,
      groupDigits(sum((report) => report.accesses)),
      groupDigits(sum((report) => report.functions.length)),
      groupDigits(sum(undecodedTotal)),
      String(exercised.size),
      String(broken.size),
      percent(knownBits(some)),
      String(sum((report) => report.findings.filter((finding) => !finding.known).length)),
      String(sum((report) => report.findings.filter((finding) => finding.known).length)),
    ];
  };
  const head = ['trace', 'accesses', 'functions', 'undecoded', 'rules', 'broken', 'bits', 'new', 'known'];
  const rows = [head, ...reports.map((report) => row(inertLine(report.name), [report])), row('all', reports)];
  const [first = '', ...rest] = withLongNames(rows);
  const last = rest.pop() ?? '';
  return `${[paint('dim', first), ...rest, paint('bold', last)].join('\n')}\n`;
}

/** A table whose first column has a line of its own where it would push the others off the screen. */
function withLongNames(rows: readonly (readonly string[])[]): string[] {
  const numbers = table(
    rows.map((row) => row.slice(1)),
    new Set(rows[0]!.keys()),
  );
  const width = COLUMNS - 2 - Math.max(...numbers.map((line) => line.length));
  const names = rows.map(([name = '']) => name);
  const column = Math.max(...names.filter((name) => name.length <= width).map((name) => name.length));
  return rows.flatMap(([name = ''], index) =>
    name.length > column
      ? [name, `${' '.repeat(column)}  ${numbers[index]}`]
      : [`${name.padEnd(column)}  ${numbers[index]}`],
  );
}

/** The last word on a run. Ends with a newline. */
export function verdictLine(reports: readonly TraceReport[], verdict: Verdict, paint: Paint): string {
  const { status, complaints, objections } = verdict;
  const findings = reports.flatMap((report) => report.findings);
  const news = findings.filter((finding) => !finding.known);
  const fresh = new Set(news.map((finding) => finding.id)).size;
  const kinds = firstsOf(news, ({ first }) => first).length;
  const known = new Set(findings.filter((finding) => finding.known).map((finding) => finding.id)).size;
  const stopped = reports.filter((report) => !readInFull(report)).length;
  const parts = [
    plural(fresh, 'new finding') + (kinds < fresh ? ` of ${plural(kinds, 'kind')}` : ''),
    plural(known, 'known finding'),
  ];
  if (stopped > 0) parts.push(`${plural(stopped, 'trace')} not read in full`);
  if (complaints.length > 0)
    parts.push(`${plural(complaints.length, 'profile entry', 'profile entries')} not in order`);
  parts.push(...objectionWords(objections));
  const word = verdictWord(verdict).toUpperCase();
  const [first = '', ...more] = wrap(`${word}: ${parts.join(', ')} in ${plural(reports.length, 'trace')}.`, COLUMNS);
  const painted = `${paint(status === 0 ? 'green' : 'red', word)}${first.slice(word.length)}`;
  return `${[painted, ...more].join('\n')}\n`;
}

/** What `--strict` finds wrong with a profile, one line each. */
export function complaintLine(complaint: ProfileComplaint): string {
  return `${inertLine(`${complaint.profile}:${complaint.line}: the known finding ${complaint.id} ${complaint.what}.`)}\n`;
}

/** How many of each kind there are. */
export function objectionWords(objections: readonly Objection[]): string[] {
  const kinds = [...new Set(objections.map(({ kind }) => kind))];
  return kinds.map((of) => {
    const places = new Set(objections.filter(({ kind }) => kind === of).map(({ where }) => where));
    return OBJECTIONS[of](places.size);
  });
}

const OBJECTIONS: Readonly<Record<Objection['kind'], (count: number) => string>> = {
  unbound: (count) => `${plural(count, 'scenario')} that cannot be bound`,
  differing: (count) => `${plural(count, 'lane')} with different results`,
  undecoded: (count) => `${plural(count, 'trace')} of which nothing could be judged`,
  unsaved: (count) => `${plural(count, 'place')} that cannot be written`,
  interrupted: () => 'interrupted before the end',
};

/** Share from 0 to 1 as a percentage with one digit, cut: 100.0% means all. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000 + 1e-9) / 10).toFixed(1)}%`;
}

function labelled(label: string, rows: readonly string[]): string[] {
  return rows.map((row, index) => `  ${(index === 0 ? label : '').padEnd(LABEL)}  ${row}`);
}

/** Problems that a screen shows. */
const PROBLEMS_AT_MOST = 5;

function problemRows(report: TraceReport): string[] {
  const shown = report.problems.slice(0, PROBLEMS_AT_MOST).map((problem) => inertLine(problem));
  const rest = report.problemCount - shown.length;
  return rest > 0 ? [...shown, `and ${groupDigits(rest)} more`] : shown;
}

function accessRows(report: TraceReport): string[] {
  if (report.accesses === 0) return ['none'];
  const kinds = new Map<string, string[]>();
  for (const { space, write, width, count } of report.accessCounts) {
    const kind = `${space} ${write ? 'writes' : 'reads'}`;
    const widths = kinds.get(kind) ?? [];
    widths.push(`${groupDigits(count)} of width ${width === 0 ? '?' : width}`);
    kinds.set(kind, widths);
  }
  const column = Math.max(...[...kinds.keys()].map((kind) => kind.length));
  const rows = [...kinds].flatMap(([kind, widths]) =>
    wrap(widths.join(', '), ROW - column - 2).map((part, at) => `${(at === 0 ? kind : '').padEnd(column)}  ${part}`),
  );
  return [`${groupDigits(report.accesses)}, and ${plural(report.events, 'event')}`, ...rows];
}

function decodedRow(report: TraceReport): string {
  const { configurationReads, configurationWrites, absentReads, memoryAccesses, portAccesses, messages } = report;
  return [
    `${plural(configurationReads, 'configuration read')} (${groupDigits(absentReads)} of absent functions)`,
    plural(configurationWrites, 'configuration write'),
    `${groupDigits(memoryAccesses)} memory`,
    `${groupDigits(portAccesses)} port`,
    plural(messages, 'message'),
  ].join(', ');
}

function undecodedRows(report: TraceReport): string[] {
  const reasons = Object.entries(report.undecoded).toSorted(([, one], [, other]) => other - one);
  if (reasons.length === 0) return ['none'];
  const shown = reasons.slice(0, REASONS_AT_MOST).map(([reason, count]) => `${groupDigits(count)}: ${reason}`);
  const rest = reasons.length - shown.length;
  return rest > 0 ? [...shown, `and ${plural(rest, 'more reason')}`] : shown;
}

function functionRows(report: TraceReport): string[] {
  const { functions } = report;
  if (functions.length === 0) return ['none'];
  const shown = functions.slice(0, FUNCTIONS_AT_MOST).map((one) => `${formatBdf(one.bdf)}  ${kindOfFunction(one)}`);
  const rest = functions.length - shown.length;
  return [plural(functions.length, 'function'), ...shown, ...(rest > 0 ? [`and ${groupDigits(rest)} more`] : [])];
}

/** What the deviations of the profile excused. */
function excusedRows({ excused }: TraceReport): string[] {
  return Object.entries(excused).map(([choice, rules]) => {
    const counts = Object.entries(rules).map(([rule, count]) => `${groupDigits(count)} of ${rule}`);
    return `${choice}: ${counts.join(', ')}`;
  });
}

function rulesRow(report: TraceReport): string {
  const broken = [...new Set(report.findings.map((finding) => finding.rule))].toSorted();
  const exercised = `${Object.keys(report.exercised).length} exercised`;
  return broken.length === 0
    ? `${exercised}, none broken`
    : `${exercised}, ${broken.length} broken: ${broken.join(', ')}`;
}

function findingsRow(report: TraceReport, paint: Paint): string {
  const fresh = report.findings.filter((finding) => !finding.known);
  const known = report.findings.length - fresh.length;
  const occurrences = report.findings.reduce((sum, finding) => sum + finding.count, 0);
  if (report.findings.length === 0) return paint('green', 'none');
  const text = `${fresh.length} new, ${known} known (${plural(occurrences, 'divergence')})`;
  return fresh.length > 0 ? paint('red', text) : text;
}
