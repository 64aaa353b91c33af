/** `barometer explain TRACE` */
import { formatBdf, parseBdf } from '../access/bdf.ts';
import { traceSteps } from '../check/trace-steps.ts';
import type { TraceSteps } from '../check/trace-steps.ts';
import { Explainer } from '../report/explain/explain.ts';
import { inert } from '../report/explain/words.ts';
import { paintFor } from '../report/paint.ts';
import { plural } from '../report/wrap.ts';
import { collectInputs } from './check-inputs.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { Progress } from './progress.ts';
import { sayProblems } from './say-problems.ts';

/** The options as commander hands them over. */
export interface ExplainCommandOptions {
  function?: string;
  from?: string;
  to?: string;
  raw?: boolean;
  json?: boolean;
  profile?: string;
}

/** Lines are as wide as a terminal, within reason; elsewhere so wide. */
const COLUMNS = 80;
const COLUMNS_AT_LEAST = 60;
const COLUMNS_AT_MOST = 120;

/** Letters that are written at once. */
const BLOCK = 1 << 15;

/** Functions that a message names. */
const FUNCTIONS_AT_MOST = 8;

/**
 * Prints a trace in words and returns the exit status. Of a trace that is not in order the good part is shown, and the
 * status is 2; what breaks a rule is shown and fails nothing. Throws a UsageError when the words of the command line are
 * wrong.
 */
export async function runExplain(trace: string, options: ExplainCommandOptions): Promise<number> {
  const { from, to, bdf } = parseSelection(options);
  if (options.json === true && options.raw === true)
    throw new UsageError('barometer: --json and --raw are two forms of the same; choose one.');
  const [input] = await collectInputs([trace], options.profile);
  const out = new Output(process.stdout);
  const columns = Math.min(Math.max(process.stdout.columns ?? COLUMNS, COLUMNS_AT_LEAST), COLUMNS_AT_MOST);
  const explainer = new Explainer({
    form: options.json === true ? 'json' : options.raw === true ? 'raw' : 'episodes',
    ...(bdf === undefined ? {} : { bdf }),
    from,
    to,
    style: { columns, paint: paintFor(process.stdout) },
    write: (text) => out.write(text),
  });
  // Where the text goes to the same terminal it is the progress.
  const progress = new Progress(process.stderr, process.stdout.isTTY === true);
  const steps = await traceSteps(trace, {
    name: trace,
    ...(input?.profile === undefined ? {} : { profile: input.profile }),
    onStep: (step) => explainer.step(step),
    onProgress: (count) => progress.update(`${trace}: ${plural(count, 'access or event', 'accesses and events')}`),
  });
  progress.clear();
  // A function that is asked for and never comes up is no trace of it, whatever happened to the machine.
  const isShown = bdf === undefined ? explainer.shown > 0 : explainer.concerned > 0;
  if (steps.format !== '' && isShown) {
    explainer.end(steps);
    out.flush();
  }
  sayProblems(steps);
  if (steps.format === '') return EXIT.usage;
  if (!isShown) throw new UsageError(nothingShown(steps, options, bdf));
  return steps.complete && steps.problemCount === 0 ? EXIT.conforms : EXIT.usage;
}

interface Selection {
  from: number;
  to: number;
  bdf: number | undefined;
}

function parseSelection(options: ExplainCommandOptions): Selection {
  const from = options.from === undefined ? 0 : parseIndex('--from', options.from);
  const to = options.to === undefined ? Number.MAX_SAFE_INTEGER : parseIndex('--to', options.to);
  if (from > to) throw new UsageError(`barometer: --from ${from} is behind --to ${to}.`);
  const bdf = options.function === undefined ? undefined : parseBdf(options.function);
  if (options.function !== undefined && bdf === undefined)
    throw new UsageError(
      `barometer: --function ${inert(options.function)}: a function is written bb:dd.f, as lspci does.`,
    );
  return { from, to, bdf };
}

function parseIndex(option: string, text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`barometer: ${option} ${inert(text)}: an index is a whole number, as "index" in results.json.`);
}

/** Why nothing was shown of a trace that could be read. */
function nothingShown(steps: TraceSteps, options: ExplainCommandOptions, bdf: number | undefined): string {
  const name = inert(steps.name);
  if (steps.steps === 0) return `${name}: no access was found in it.`;
  const end = `it ends after ${plural(steps.steps, 'access or event', 'accesses and events')}`;
  if (options.from !== undefined && Number(options.from) >= steps.steps)
    return `${name}: --from ${options.from}: ${end}.`;
  if (bdf === undefined) return `${name}: nothing to show.`;
  const known = steps.functions.map((one) => formatBdf(one));
  const more = known.length > FUNCTIONS_AT_MOST ? ` and ${known.length - FUNCTIONS_AT_MOST} more` : '';
  const list = known.length === 0 ? 'no function' : `${known.slice(0, FUNCTIONS_AT_MOST).join(', ')}${more}`;
  const range = options.from === undefined && options.to === undefined ? '' : ' in this range';
  return `${name}: --function ${formatBdf(bdf)}: no access concerns it${range}. At the end the trace has ${list}.`;
}

/** Writes in blocks: a trace has many short lines. */
class Output {
  private readonly stream: NodeJS.WriteStream;
  private text = '';

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  write(text: string): void {
    this.text += text;
    if (this.text.length >= BLOCK) this.flush();
  }

  flush(): void {
    if (this.text !== '') this.stream.write(this.text);
    this.text = '';
  }
}
