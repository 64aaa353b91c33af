/** `barometer state TRACE` */
import { traceState } from '../check/trace-state.ts';
import type { TraceState } from '../check/trace-state.ts';
import { lspciText } from '../report/lspci-text.ts';
import { paintFor } from '../report/paint.ts';
import { stateJson } from '../report/state-json.ts';
import { stateText } from '../report/state-text.ts';
import { plural } from '../report/wrap.ts';
import { collectInputs } from './check-inputs.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { Progress, progressText } from './progress.ts';
import { sayProblems } from './say-problems.ts';
import { print, say } from './say.ts';

/** The options as commander hands them over. */
export interface StateCommandOptions {
  at?: string;
  profile?: string;
  lspci?: boolean;
  json?: boolean;
}

/**
 * Prints what the model holds at one moment of a trace and returns the exit status. Of a trace that is not in order the
 * good part is shown, and the status is 2. Throws a UsageError when the words of the command line are wrong.
 */
export async function runState(trace: string, options: StateCommandOptions): Promise<number> {
  const at = options.at === undefined ? undefined : parseIndex(options.at);
  if (options.json === true && options.lspci === true)
    throw new UsageError('barometer: --json and --lspci are two forms of the same; choose one.');
  const [input] = await collectInputs([trace], options.profile);
  const progress = new Progress(process.stderr, false);
  const state = await traceState(trace, {
    name: trace,
    ...(input?.profile === undefined ? {} : { profile: input.profile }),
    ...(at === undefined ? {} : { at }),
    onProgress: (steps) => progress.update(progressText(trace, steps)),
  });
  progress.clear();
  sayProblems(state);
  // With nothing read there is nothing to show; the problem says why.
  if (state.format === '') return EXIT.usage;
  if (at !== undefined && state.steps < at) {
    const end = `it ends after ${plural(state.steps, 'access or event', 'accesses and events')}`;
    throw new UsageError(`${trace}: --at ${at}: ${end}.`);
  }
  print(render(state, options));
  if (!state.complete || state.problemCount > 0) return EXIT.usage;
  return hasAnything(state) ? EXIT.conforms : EXIT.usage;
}

function parseIndex(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`barometer: --at ${text}: an index is a whole number, as "index" in results.json.`);
}

function render(state: TraceState, options: StateCommandOptions): string {
  if (options.json === true) return stateJson(state);
  if (options.lspci === true) return lspciText(state.snapshot.functions);
  return stateText(state, paintFor(process.stdout));
}

/** Says so where a whole trace gave nothing: then the machine is not described, most likely. */
function hasAnything(state: TraceState): boolean {
  if (state.more || state.steps > state.undecoded) return true;
  const what =
    state.steps === 0 ? 'no access was found in it' : `none of its ${state.steps} accesses and events could be decoded`;
  say(`${state.name}: ${what}, so nothing is known.`);
  return false;
}
