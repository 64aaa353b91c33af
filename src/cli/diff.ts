/** `barometer diff OLD NEW` */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diffResults } from '../check/diff.ts';
import type { Results } from '../check/results-schema.ts';
import { inertJson, inertLine } from '../core/inert-text.ts';
import { describeSystemError } from '../core/system-error.ts';
import { diffText } from '../report/diff-text.ts';
import { paintFor } from '../report/paint.ts';
import { EXIT, UsageError } from './exit-status.ts';

export interface DiffOptions {
  strict?: boolean;
  json?: boolean;
}

const SCHEMA = 'barometer.results/1';

/** Compares two reports and returns the exit status. Throws a UsageError for what is no result, or none of this version. */
export async function runDiff(before: string, after: string, options: DiffOptions): Promise<number> {
  const [old, now] = [await readResults(before), await readResults(after)];
  const strict = options.strict === true;
  const diff = diffResults(old, now, strict);
  const isWorse = diff.gating.length > 0 || (strict && diff.rules.lost.length > 0);
  const status = isWorse ? EXIT.diverges : EXIT.conforms;
  process.stdout.write(
    options.json === true ? inertJson(diff) : diffText(diff, status, strict, paintFor(process.stdout)),
  );
  return status;
}

/** A report's directory, or its results.json. */
async function readResults(place: string): Promise<Results> {
  const refuse = (why: string): never => {
    throw new UsageError(`barometer diff: ${place}: ${why}`);
  };
  let text: string;
  try {
    const isDirectory = (await stat(place)).isDirectory();
    text = await readFile(isDirectory ? join(place, 'results.json') : place, 'utf8');
  } catch (error) {
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
  const parsed = resultsSchema.safeParse(value);
  // A later version may say more.
  const [issue] = parsed.success ? [] : parsed.error.issues.filter(({ code }) => code !== 'unrecognized_keys');
  if (issue !== undefined)
    return refuse(`${issue.path.map(String).join('.')}: ${issue.message}; is the file damaged, or of another version?`);
  return value as Results;
}
