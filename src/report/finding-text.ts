import { formatBdf } from '../access/bdf.ts';
import { isAlike } from '../check/alike.ts';
import { divergenceText } from '../check/divergence-text.ts';
import { kindOfFunction } from '../check/finding.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import { inertLine } from '../core/inert-text.ts';
import { ruleById } from '../spec/rules.ts';
import { plain } from './paint.ts';
import type { Paint } from './paint.ts';
import { COLUMNS, wrap } from './wrap.ts';

/**
 * A finding as a person reads it: what broke, where, what was expected, and why. `input`: how it calls the trace or the
 * target; `paint`: default no colours. Ends with an empty line.
 */
export function findingText(finding: JudgedFinding, input: string, paint: Paint = plain): string {
  const { first } = finding;
  const rule = ruleById(finding.rule);
  const where = first.line > 0 ? `${input}:${first.line}` : input;
  const style = finding.known ? 'dim' : 'red';
  const heading = `${finding.known ? 'known' : 'BROKEN'} ${finding.rule} ${rule?.title ?? ''}`;
  const rows: (readonly [string, string])[] = [
    ['strength', `${rule?.strength ?? '?'}, by ${rule?.citation ?? '?'}`],
    ['where', where],
    ['access', divergenceText(first)],
  ];
  if (first.function !== undefined) {
    rows.push(['function', `${formatBdf(first.function.bdf)}, ${kindOfFunction(first.function)}`]);
  }
  rows.push(['register', first.register], ['expected', first.expected], ['actual', first.actual]);
  rows.push(['because', first.explanation]);
  if (first.excusedBy !== undefined)
    rows.push(['excused by', `${first.excusedBy} in the profile's choices, if it is meant`]);
  rows.push(['identity', finding.id]);
  if (finding.known) rows.push(['accepted', finding.reason === '' ? '(no reason given)' : finding.reason]);
  const body = rows.map(([name, text]) => {
    const [head = '', ...tail] = wrap(inertLine(text), COLUMNS - 14);
    return [`  ${paint('dim', name.padEnd(10))}  ${head}`, ...tail.map((line) => `${' '.repeat(14)}${line}`)].join(
      '\n',
    );
  });
  return `${paint('bold', paint(style, heading))}\n${body.join('\n')}\n\n`;
}

/** Texts of findings as they come in: one that is like one before it (`isAlike`) gets a line. All end with an empty line. */
export function findingTexts(input: string, paint: Paint): (finding: JudgedFinding) => string {
  const firsts: JudgedFinding[] = [];
  return (finding) => {
    const like = firsts.find(({ first }) => isAlike(first, finding.first));
    if (like !== undefined) return alikeText(finding, like, paint);
    firsts.push(finding);
    return findingText(finding, input, paint);
  };
}

function alikeText({ id, first }: JudgedFinding, like: JudgedFinding, paint: Paint): string {
  const where =
    first.function === undefined ? '' : ` of ${formatBdf(first.function.bdf)}, ${kindOfFunction(first.function)}`;
  const [head = '', ...rest] = wrap(`BROKEN ${id}, like ${like.id}: ${first.register}${where}`, COLUMNS - 2);
  return `${[paint('red', head), ...rest.map((line) => `  ${line}`)].join('\n')}\n\n`;
}
