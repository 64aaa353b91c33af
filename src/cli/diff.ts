/** `barometer diff OLD NEW` */
import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diffResults } from '../check/diff.ts';
import type { Results } from '../check/results-schema.ts';
import { inertJson, inertLine } from '../core/inert-text.ts';
import { describeSystemError } from '../core/system-error.ts';
import { diffText } from '../report/diff-text.ts';
import { paintFor } from '../report/paint.ts';
import { groupDigits } from '../report/wrap.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { print } from './say.ts';

export interface DiffOptions {
  strict?: boolean;
  json?: boolean;
}

/** A document is read as one text, which cannot be longer. */
const BYTES_AT_MOST = constants.MAX_STRING_LENGTH;

const SCHEMA = 'barometer.results/1';

function tooLarge(file: string, size: number): string {
  const mebibytes = (bytes: number): string => groupDigits(Math.ceil(bytes / 2 ** 20));
  return (
    `barometer diff: ${file}: this has ${mebibytes(size)} MiB, and at most ${mebibytes(BYTES_AT_MOST)} MiB can be compared; ` +
    'check fewer traces at a time, and compare these reports one by one.'
  );
}

/** Compares two reports and returns the exit status. Throws a UsageError for what is no result, or none of this version. */
export async function runDiff(before: string, after: string, options: DiffOptions): Promise<number> {
  const [old, now] = [await readResults(before), await readResults(after)];
  const strict = options.strict === true;
  const diff = diffResults(old, now, strict);
  const isWorse = diff.gating.length > 0 || (strict && diff.rules.lost.length > 0);
  // What was not read, or ended before its time, cannot be better.
  const isRead =
    now.verdict.status < 2 && now.inputs.every(({ complete, problemCount }) => complete && problemCount === 0);
  const status = isWorse ? EXIT.diverges : isRead ? EXIT.conforms : EXIT.usage;
  print(options.json === true ? inertJson(diff) : diffText(diff, status, strict, paintFor(process.stdout)));
  return status;
}

/** A report's directory, or its results.json. */
async function readResults(place: string): Promise<Results> {
  const refuse = (why: string): never => {
    throw new UsageError(`barometer diff: ${place}: ${why}`);
  };
  let text: string;
  try {
    const file = (await stat(place)).isDirectory() ? join(place, 'results.json') : place;
    const { size } = await stat(file);
    if (size > BYTES_AT_MOST) throw new UsageError(tooLarge(file, size));
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return refuse(
      `${describeSystemError(error)}${isMissing ? ' A report of check, run, fuzz, merge or start is expected, or its results.json.' : ''}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('this is not JSON; the results.json of a report is expected.');
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (typeof schema !== 'string' || !schema.startsWith('barometer.results/'))
    return refuse('this is JSON, but no results.json of Barometer.');
  if (schema !== SCHEMA)
    return refuse(
      `it is written as ${inertLine(schema, 100)}, and this version reads ${SCHEMA}; compare results of one version, or check the inputs again.`,
    );
  const { resultsSchema } = await import('../check/results-schema.ts');
  // A later version may say more, which is left out.
  for (const issue of resultsSchema.safeParse(value).error?.issues ?? [])
    if (issue.code === 'unrecognized_keys') without(value, issue.path, issue.keys);
  const { data, error } = resultsSchema.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined)
    return refuse(`${issue.path.map(String).join('.')}: ${issue.message}; is the file damaged, or of another version?`);
  return data!;
}

/** Leaves out some properties of what lies at a path. */
function without(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  const at = path.reduce((one, key) => (one as Record<PropertyKey, unknown>)[key], value) as Record<string, unknown>;
  for (const key of keys) delete at[key];
}
