/** Annotations and episodes as a person reads them. */

import { formatBdf } from '../../access/bdf.ts';
import type { StepVerdict, TraceSteps } from '../../check/trace-steps.ts';
import { ruleById } from '../../spec/rules.ts';
import type { Paint } from '../paint.ts';
import { groupDigits, plural, wrap } from '../wrap.ts';
import type { Annotation } from './annotation.ts';
import type { Detail, Episode, EpisodeFinding } from './fold.ts';

/** How wide lines are, and how they are coloured. */
export interface TextStyle {
  columns: number;
  paint: Paint;
}

/** Letters in front of a detail: its index, right-aligned. */
const INDEX = 8;
const INDENT = ' '.repeat(INDEX + 2);
/** Letters of the text form of an access in the raw form, before what it means. */
const NOTATION = 38;

/** A title, and the details below it. An episode of one access is one line. */
export function episodeText(episode: Episode, style: TextStyle): string {
  const { details, omitted, end, beside, findings, count, subject } = episode;
  const [only] = details;
  const isOne = count === 1 && only !== undefined && subject !== 'machine';
  const lines = isOne
    ? detailLines(only, true, style)
    : [
        ...titleLines(episode, style),
        ...(subject === 'machine' ? [] : bodyLines(details, omitted, end, subject, style)),
      ];
  const besides =
    beside === 0 ? [] : [`${INDENT}(beside it ${plural(beside, 'access', 'accesses')} that no function claims)`];
  return [
    ...lines,
    ...besides.map((line) => style.paint('dim', line)),
    ...findings.flatMap((one) => findingLines(one, style)),
    '',
  ].join('\n');
}

function titleLines({ title, first, last }: Episode, { columns, paint }: TextStyle): string[] {
  const range = first === last ? `[${first}]` : `[${first} to ${last}]`;
  const lines = wrap(title, columns - 2);
  const final = lines.pop() ?? '';
  const body = lines.map((line, at) => paint('bold', at === 0 ? line : `  ${line}`));
  const lead = body.length === 0 ? final : `  ${final}`;
  if (lead.length + 2 + range.length > columns) return [...body, paint('bold', lead), `  ${paint('dim', range)}`];
  return [...body, `${paint('bold', lead)}  ${paint('dim', range)}`];
}

function bodyLines(
  details: readonly Detail[],
  omitted: number,
  end: Detail | undefined,
  subject: Episode['subject'],
  style: TextStyle,
): string[] {
  const isOfMany = subject === 'identity' || subject === 'device' || subject === 'elsewhere';
  const more = omitted === 0 ? [] : [style.paint('dim', `${INDENT}… ${groupDigits(omitted)} more`)];
  return [
    ...details.flatMap((detail) => detailLines(detail, isOfMany, style)),
    ...more,
    ...(end === undefined ? [] : detailLines(end, isOfMany, style)),
  ];
}

function detailLines({ annotation, times }: Detail, withFunction: boolean, { columns, paint }: TextStyle): string[] {
  const again = times === 1 ? '' : `, ${groupDigits(times)} times`;
  const lines = wrap(`${sentence(annotation, withFunction)}${again}`, columns - INDENT.length);
  const index = paint('dim', String(annotation.index).padStart(INDEX));
  return lines.map((line, at) => (at === 0 ? `${index}  ${line}` : `${INDENT}  ${line}`));
}

/** `00:04.0 Command <- 0x6: sets Memory Space Enable`. */
function sentence({ bdf, place, way, value, meaning, subject }: Annotation, withFunction: boolean): string {
  const name = withFunction && bdf >= 0 && subject !== 'mechanism' ? `${formatBdf(bdf)} ` : '';
  const arrow = way === 'event' ? '' : way === 'write' ? ` <- ${value}` : ` -> ${value}`;
  return `${name}${place}${arrow}${meaning === '' ? '' : `: ${meaning}`}`;
}

function findingLines({ verdict, at, times }: EpisodeFinding, { columns, paint }: TextStyle): string[] {
  const again = times === 1 ? '' : `, and ${plural(times - 1, 'more time')}`;
  const { divergence } = verdict;
  const text = `${verdictWords(verdict)} (at ${at}${again}): expected ${divergence.expected}; came ${divergence.actual}`;
  const style = verdict.finding.known ? 'yellow' : 'red';
  return wrap(text, columns - INDENT.length).map(
    (line, index) => `${INDENT}${index === 0 ? '' : '  '}${paint(style, line)}`,
  );
}

/** `BROKEN BAR-003 Low address bits are hardwired zero`. */
function verdictWords({ finding }: StepVerdict): string {
  const title = ruleById(finding.rule)?.title ?? '';
  return `${finding.known ? 'known:' : 'BROKEN'} ${finding.rule} ${title}`;
}

/** One access or event in one line: index, line of the source, notation, what it is. */
export function rawLine(annotation: Annotation, { paint }: TextStyle): string {
  const { index, line, text, meaning, verdicts } = annotation;
  const place = [annotation.bdf < 0 ? '' : formatBdf(annotation.bdf), annotation.place].filter((part) => part !== '');
  const words = `${place.join(' ')}${meaning === '' ? '' : `: ${meaning}`}`;
  const ends = verdicts.map((verdict) => {
    return ` ${paint(verdict.finding.known ? 'yellow' : 'red', `[${verdictWords(verdict)}]`)}`;
  });
  const where = paint('dim', `${String(index).padStart(INDEX)} ${String(line).padStart(INDEX)}`);
  return `${where}  ${text.padEnd(NOTATION)}  ${words}${ends.join('')}\n`;
}

/** That nothing was found, and where it was looked. */
function intactWords({ steps, complete, problemCount }: TraceSteps, shown: number): string {
  if (shown < steps) return 'nothing shown breaks a rule';
  return complete && problemCount === 0 ? 'no rule is broken' : 'nothing that could be read breaks a rule';
}

/** What was shown, and what broke a rule in it. */
export function summaryText(
  trace: TraceSteps,
  shown: number,
  findings: readonly EpisodeFinding[],
  { columns, paint }: TextStyle,
): string {
  const all = plural(trace.steps, 'access or event', 'accesses and events');
  const some = shown === trace.steps ? all : `${groupDigits(shown)} of ${all}`;
  const times = findings.reduce((sum, finding) => sum + finding.times, 0);
  const broken =
    findings.length === 0
      ? intactWords(trace, shown)
      : `${plural(times, 'divergence')} in ${plural(findings.length, 'finding')}`;
  const lines = findings.flatMap(({ verdict, at, times: count }) => {
    const { finding } = verdict;
    const words = `${verdictWords(verdict)}: ${plural(count, 'time')}, first at ${at} (${finding.id})`;
    return wrap(words, columns - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
  });
  return `${[paint('bold', `${some}: ${broken}.`), ...lines].join('\n')}\n`;
}
