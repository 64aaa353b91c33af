/** What a run says to GitHub Actions: workflow commands, one a line, that show findings beside the files of a change. */
import type { Results } from '../check/results-schema.ts';
import { inertLine } from '../core/inert-text.ts';
import { pathInCheckout } from './checkout.ts';
import type { Checkout } from './checkout.ts';
import { fileOf, isShipped } from './sarif.ts';
import { plural } from './wrap.ts';

/** GitHub shows so many of each kind for a step, and drops the rest without a word. */
const AT_MOST = 10;
/** Of these, what is wrong with the run itself has so many at least: it comes first, and leaves room for findings. */
const OF_THE_RUN_AT_MOST = 4;
/** Letters of a part of a message, and of the name of a file. */
const PART_AT_MOST = 400;
const FILE_AT_MOST = 1000;

interface Annotation {
  file?: string | undefined;
  line?: number;
  title: string;
  /** Of parts that are inert and short. */
  message: string;
}

/**
 * Errors for what fails the run, warnings for what is new beside; empty where there is neither. Files are told from the root
 * of the repository on, where they lie in it.
 */
export function annotations(results: Results, checkout: Checkout): string {
  const gating = new Set(results.verdict.gating);
  const fresh = results.findings.filter(({ known }) => !known);
  const of = (finding: Results['findings'][number]): Annotation => ({
    file: fileOf(results, finding.input),
    line: finding.line,
    title: `${finding.rule} ${finding.title}`,
    message:
      `${part(finding.register)}: expected ${part(finding.expected)}, found ${part(finding.actual)}. ` +
      `${part(finding.explanation)} (${part(finding.id)})`,
  });
  const failing = fresh.filter(({ id }) => gating.has(id)).map(of);
  const others = fresh.filter(({ id }) => !gating.has(id)).map(of);
  const ofTheRun = limited(aboutTheRun(results), Math.max(OF_THE_RUN_AT_MOST, AT_MOST - failing.length));
  const errors = [...ofTheRun, ...limited(failing, AT_MOST - ofTheRun.length)];
  return [
    ...errors.map((one) => command('error', one, checkout)),
    ...limited(others, AT_MOST).map((one) => command('warning', one, checkout)),
  ].join('');
}

/** What fails a run beside findings. */
function aboutTheRun(results: Results): Annotation[] {
  return [
    ...results.inputs.flatMap((input) =>
      input.problems.slice(0, 1).map((problem) => {
        return { file: fileOf(results, input.name), title: 'The trace cannot be read in full', message: part(problem) };
      }),
    ),
    ...results.objections
      .filter(({ fails }) => fails)
      .map(({ kind, where, what }) => {
        const file = kind === 'unbound' || kind === 'undecoded' ? fileOf(results, where) : undefined;
        return { file, title: 'The run as a whole', message: `${part(where)}: ${part(what)}` };
      }),
    ...results.profile.map(({ profile, line, id, what }) => {
      const place = isShipped(profile) ? { title: `Profile ${profile}` } : { file: profile, title: 'Profile' };
      return { ...place, line, message: `The known finding ${part(id)} ${what}.` };
    }),
  ];
}

/** The last says how many there are beside. */
function limited(all: readonly Annotation[], atMost: number): Annotation[] {
  if (all.length <= atMost) return [...all];
  const rest = all.length - atMost + 1;
  return [
    ...all.slice(0, atMost - 1),
    { title: 'Barometer', message: `${plural(rest, 'more', 'more')} in the report.` },
  ];
}

function part(text: string): string {
  return inertLine(text, PART_AT_MOST);
}

function command(kind: string, { file, line = 0, title, message }: Annotation, checkout: Checkout): string {
  const place = file === undefined || file.length > FILE_AT_MOST ? undefined : (pathInCheckout(file, checkout) ?? file);
  const properties = [
    ...(place === undefined ? [] : [`file=${property(inertLine(place))}`]),
    ...(place === undefined || line === 0 ? [] : [`line=${line}`]),
    `title=${property(part(title))}`,
  ];
  return `::${kind} ${properties.join(',')}::${data(message)}\n`;
}

/** As the runner reads it back: percent signs, line ends; in properties also what separates them. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
