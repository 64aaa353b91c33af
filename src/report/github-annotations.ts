/** What a run says to GitHub Actions: workflow commands, one a line, that show findings beside the files of a change. */
import type { Results } from '../check/results-schema.ts';
import { inertLine } from '../core/inert-text.ts';
import { fileOf } from './sarif.ts';
import { plural } from './wrap.ts';

/** GitHub shows so many of each kind for a step, and drops the rest without a word. */
const AT_MOST = 10;
/** Letters of a message. */
const LETTERS_AT_MOST = 2000;

interface Annotation {
  file?: string | undefined;
  line?: number;
  title: string;
  message: string;
}

/** Errors for what fails the run, warnings for what is new beside; empty where there is neither. */
export function annotations(results: Results, gating: ReadonlySet<string>): string {
  const fresh = results.findings.filter(({ known }) => !known);
  const of = (finding: Results['findings'][number]): Annotation => ({
    file: fileOf(results, finding.input),
    line: finding.line,
    title: `${finding.rule} ${finding.title}`,
    message: `${finding.register}: expected ${finding.expected}, found ${finding.actual}. ${finding.explanation} (${finding.id})`,
  });
  const errors = [
    ...fresh.filter(({ id }) => gating.has(id)).map(of),
    ...results.profile.map(({ profile, line, id, what }) => {
      return { file: profile, line, title: 'Profile', message: `The known finding ${id} ${what}.` };
    }),
    ...results.inputs.flatMap((input) =>
      input.problems.slice(0, 1).map((message) => {
        return { file: fileOf(results, input.name), title: 'The trace cannot be read in full', message };
      }),
    ),
  ];
  const warnings = fresh.filter(({ id }) => !gating.has(id)).map(of);
  return commands('error', errors) + commands('warning', warnings);
}

function commands(kind: 'error' | 'warning', all: readonly Annotation[]): string {
  const shown = all.length > AT_MOST ? all.slice(0, AT_MOST - 1) : all;
  const rest = all.length - shown.length;
  const last = { title: 'Barometer', message: `${plural(rest, 'more', 'more')} in the report.` };
  return [...shown, ...(rest > 0 ? [last] : [])].map((one) => command(kind, one)).join('');
}

function command(kind: string, { file, line = 0, title, message }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(inertLine(file))}`]),
    ...(file === undefined || line === 0 ? [] : [`line=${line}`]),
    `title=${property(inertLine(title))}`,
  ];
  return `::${kind} ${properties.join(',')}::${data(inertLine(message, LETTERS_AT_MOST))}\n`;
}

/** As the runner reads it back: percent signs, line ends; in properties also what separates them. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
