/** Two results on one screen: what is new, what is gone, what has changed. */
import type { Diff } from '../check/diff-schema.ts';
import { inertLine } from '../core/inert-text.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { COLUMNS, groupDigits, plural, wrap } from './wrap.ts';

/** Findings of a kind that a screen shows; the rest is in `--json`. */
const ROWS_AT_MOST = 40;
/** Letters of one part of a finding. */
const PART_AT_MOST = 300;

/** `status`: the exit status. Ends with the verdict. */
export function diffText(diff: Diff, status: number, strict: boolean, paint: Paint): string {
  const { findings, rules, totals, remarks } = diff;
  const gating = new Set(diff.gating);
  return [
    block(
      'the runs are not alike',
      remarks.map((text) => inertLine(text)),
      paint,
    ),
    block(
      'new findings',
      findings.new.map((one) => `${inertLine(one.id)} ${finding(one)}${weight(one, gating)}`),
      paint,
      'red',
    ),
    block(
      'findings that are gone',
      findings.gone.map((one) => `${inertLine(one.id)} ${finding(one)}`),
      paint,
    ),
    block(
      'findings that have changed',
      findings.changed.map((one) => `${inertLine(one.id)} ${changes(one)}: ${finding(one)}`),
      paint,
    ),
    block('rules no longer exercised', rules.lost.length === 0 ? [] : [inertLine(rules.lost.join(' '))], paint),
    block('rules newly exercised', rules.gained.length === 0 ? [] : [inertLine(rules.gained.join(' '))], paint),
    totalRows(totals, paint),
    verdict(diff, status, strict, paint),
  ].join('');
}

function block(heading: string, rows: readonly string[], paint: Paint, style: 'red' | 'bold' = 'bold'): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, ROWS_AT_MOST);
  const rest = rows.length - shown.length;
  const lines = [...shown, ...(rest > 0 ? [`and ${plural(rest, 'more', 'more')} (--json has all)`] : [])].flatMap(
    (row) => {
      const [first = '', ...more] = wrap(row, COLUMNS - 4);
      return [`  ${first}\n`, ...more.map((line) => `    ${line}\n`)];
    },
  );
  return `${paint(style, heading)}\n${lines.join('')}\n`;
}

function finding({
  title,
  register,
  kind,
  shape,
}: Pick<Diff['findings']['new'][number], 'title' | 'register' | 'kind' | 'shape'>): string {
  const where = shape.startsWith(register) ? [title, shape] : [title, register, shape];
  const parts = where.map((part) => inertLine(part, PART_AT_MOST));
  return `${parts.join('; ')}${kind === 'none' ? '' : ` (${inertLine(kind, PART_AT_MOST)})`}`;
}

/** Why something that looks as if it failed does not. */
function weight(one: Diff['findings']['new'][number], gating: ReadonlySet<string>): string {
  if (gating.has(one.id)) return '';
  return one.known ? ' [known]' : ` [${one.strength}]`;
}

function changes({ known, count, reproduced }: Diff['findings']['changed'][number]): string {
  return [
    known === null ? '' : known.new ? 'is now known' : 'is no longer known',
    count === null ? '' : `occurred ${groupDigits(count.new)} times, not ${groupDigits(count.old)}`,
    reproduced === null ? '' : reproduced.new ? 'now comes back' : 'no longer comes back',
  ]
    .filter((text) => text !== '')
    .join(', ');
}

/** Names of the totals of results.json, in words. */
const WORDS: Readonly<Record<string, string>> = {
  sweepAccesses: 'accesses of looks',
  undecoded: 'undecoded accesses',
  rulesExercised: 'rules exercised',
  rulesBroken: 'rules broken',
  known: 'known findings',
  unreproduced: 'findings that did not come back',
  crashes: 'deaths of the target',
  knownBits: 'share of bits known before',
};

function totalRows(totals: Diff['totals'], paint: Paint): string {
  if (totals.length === 0) return '';
  const show = (value: number): string => (Number.isInteger(value) ? groupDigits(value) : String(value));
  const rows = totals.map((total) => [
    `  ${WORDS[total.name] ?? inertLine(total.name)}`,
    show(total.old),
    show(total.new),
  ]);
  const lines = table([['', 'old', 'new'], ...rows], new Set([1, 2]));
  return `${paint('bold', 'totals')}\n${lines.map((line) => `${line}\n`).join('')}\n`;
}

function verdict({ findings, rules, gating }: Diff, status: number, strict: boolean, paint: Paint): string {
  const parts = [
    plural(findings.new.length, 'new finding'),
    `${groupDigits(findings.gone.length)} gone`,
    `${groupDigits(findings.changed.length)} changed`,
    plural(rules.lost.length, 'rule no longer exercised', 'rules no longer exercised'),
  ];
  const word = status === 0 ? paint('green', 'NO WORSE') : paint('red', status === 1 ? 'WORSE' : 'INCOMPLETE');
  const why = gating.length === 0 && strict && status === 1 ? ' (--strict: coverage was lost)' : '';
  return `${word}: ${parts.join(', ')}${why}.\n`;
}
