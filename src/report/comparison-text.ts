/** Several targets on one screen: who is wrong, what the others do, and where they differ rightly. */

import type { AnswerComparison } from '../check/comparison/answers.ts';
import type { ChoiceComparison } from '../check/comparison/choices.ts';
import type { Cell, Comparison, FindingComparison } from '../check/comparison/comparison.ts';
import { inertLine } from '../core/inert-text.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { COLUMNS, groupDigits, plural, wrap } from './wrap.ts';

/** Rows that a screen shows; the rest is in results.json. */
const ROWS_AT_MOST = 40;
const PLACES_AT_MOST = 12;
/** The least that the last column gets of a screen. */
const LAST_AT_LEAST = 30;

const WORDS: Readonly<Record<Exclude<Cell['state'], 'other'>, string>> = {
  breaks: 'BREAKS IT',
  known: 'known',
  conforms: 'conforms',
  unbound: 'no such function',
  died: 'died',
  'not seen': 'not seen',
};

/** Ends with an empty line. */
export function comparisonText(comparison: Comparison, paint: Paint): string {
  const { findings, choices, answers } = comparison;
  const blocks = [
    block('targets', verdictRows(comparison), paint),
    block('who breaks what', findingRows(findings, comparison), paint),
    block('where they differ and may', choiceRows(choices, comparison), paint),
    ...answers.map((one) => block(answerHeading(one), answerRows(one), paint)),
  ];
  return blocks.filter((text) => text !== '').join('');
}

function block(heading: string, rows: readonly string[], paint: Paint): string {
  return rows.length === 0 ? '' : `${paint('bold', heading)}\n${rows.map((row) => `  ${row}\n`).join('')}\n`;
}

function verdictRows({ targets }: Comparison): string[] {
  return withWrappedLast(
    targets.map(({ label, name, profile, new: fresh, known }) => {
      const accepted = known === 0 ? '' : `${plural(known, 'known finding')}`;
      const verdict = fresh === 0 ? ['conforms', accepted] : [plural(fresh, 'new finding'), accepted];
      return [
        label,
        verdict.filter((word) => word !== '').join(', '),
        inertLine(`${name}${profile === null ? '' : ` (profile ${profile})`}`),
      ];
    }),
  );
}

function findingRows(findings: readonly FindingComparison[], { targets }: Comparison): string[] {
  if (findings.length === 0) return [];
  const isNew = ({ cells }: FindingComparison): boolean => cells.some(({ state }) => state === 'breaks');
  const ordered = [...findings.filter(isNew), ...findings.filter((one) => !isNew(one))];
  const rows = ordered.slice(0, ROWS_AT_MOST).map(({ id, cells, register, shape, kind }) => {
    const what = `${register}: ${shape}${kind === 'none' ? '' : ` (${kind})`}`;
    return [id, ...cells.map(cellWord), inertLine(what)];
  });
  const lines = withWrappedLast([['finding', ...targets.map(({ label }) => label), ''], ...rows]);
  const rest = ordered.length - rows.length;
  if (rest > 0) lines.push(`and ${plural(rest, 'more row')} in results.json`);
  if (ordered.some(({ cells }) => cells.some(elsewhere)))
    lines.push('* the same steps, on functions of other kinds: the target has none of this kind');
  return lines;
}

function elsewhere({ state, sameFunctions }: Cell): boolean {
  return !sameFunctions && state !== 'unbound';
}

function cellWord(cell: Cell): string {
  const [rule = '', ...more] = cell.detail.split(', ');
  const word = cell.state === 'other' ? `breaks ${rule}${more.length > 0 ? '…' : ''}` : WORDS[cell.state];
  return `${word}${elsewhere(cell) ? '*' : ''}`;
}

function choiceRows(choices: readonly ChoiceComparison[], { targets }: Comparison): string[] {
  if (choices.length === 0) return [];
  const rows = choices.map(({ name, kind, meaning, rules, values }) => {
    const law =
      kind === 'choice'
        ? `${rules.join(' and ')} ${rules.length === 1 ? 'leaves' : 'leave'} it open`
        : `a profile excuses it from ${rules.join(' and ')}`;
    const words = values.map(({ value, stated }) => (value === null ? '-' : `${value}${stated ? ' (stated)' : ''}`));
    return [name, ...words, `${law}: ${meaning}`];
  });
  return withWrappedLast([['choice', ...targets.map(({ label }) => label), ''], ...rows]);
}

function answerHeading({ targets, compared, differing }: AnswerComparison): string {
  return `${targets.join(' and ')}: answers that differ though both may: ${groupDigits(differing)} of ${plural(compared, 'compared read')}`;
}

function answerRows({ targets, places, compared }: AnswerComparison): string[] {
  if (places.length === 0) return [`all ${groupDigits(compared)} are equal`];
  const rows = places.slice(0, PLACES_AT_MOST).map(({ text, differing, scenario, step, values }) => {
    return [text, groupDigits(differing), ...values, `${scenario}, step ${step + 1}`].map((cell) => inertLine(cell));
  });
  const rest = places.length - rows.length;
  return [
    ...withWrappedLast([['step', 'times', ...targets, 'first seen in'], ...rows]),
    ...(rest > 0 ? [`and ${plural(rest, 'more row')} in results.json`] : []),
  ];
}

/** A table whose last column is text of any length: it goes on below itself. */
function withWrappedLast(rows: readonly (readonly string[])[]): string[] {
  const heads = rows.map((row) => row.slice(0, -1));
  const width = Math.max(...table(heads).map((line) => line.length));
  const columns = Math.max(LAST_AT_LEAST, COLUMNS - width - 4);
  return table(heads).flatMap((line, index) =>
    wrap(rows[index]!.at(-1)!, columns).map((part, at) => `${(at === 0 ? line : '').padEnd(width)}  ${part}`.trimEnd()),
  );
}
