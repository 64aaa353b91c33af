/** `barometer enumerate --target T` */
import { readFile } from 'node:fs/promises';
import { differences } from '../check/enumeration/differences.ts';
import type { Difference } from '../check/enumeration/differences.ts';
import { enumerateTarget } from '../check/enumeration/enumeration.ts';
import type { Enumerated } from '../check/enumeration/enumeration.ts';
import { enumerationSchema } from '../check/enumeration/schema.ts';
import type { Enumeration } from '../check/enumeration/schema.ts';
import { writeFileAtomically } from '../core/atomic-file.ts';
import { inertJson, inertLine } from '../core/inert-text.ts';
import { describeSystemError } from '../core/system-error.ts';
import { lspciText } from '../report/lspci-text.ts';
import { paintFor } from '../report/paint.ts';
import { headline, treeText } from '../report/state-text.ts';
import { plural } from '../report/wrap.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { prepare } from './lockstep-options.ts';
import type { TargetOptions } from './lockstep-options.ts';
import { print, say } from './say.ts';

export interface EnumerateCommandOptions extends TargetOptions {
  save?: string;
  expect?: string;
  lspci?: boolean;
  json?: boolean;
}

/** Differences that are printed one by one. */
const SHOWN = 50;

/** Prints what a guest sees of the target. Returns the exit status: 1 when that is not what `--expect` says. */
export async function runEnumerate(options: EnumerateCommandOptions): Promise<number> {
  if (options.json === true && options.lspci === true)
    throw new UsageError('barometer: --json and --lspci are two forms of the same; choose one.');
  // Before the target is started: it would be in vain.
  const expected = options.expect === undefined ? undefined : await readEnumeration(options.expect);
  const { trial, profile } = await prepare(options);
  const enumerated = enumerateTarget(trial, profile);
  const text = inertJson(enumerated.enumeration);
  print(render(enumerated, text, options));
  sayRemarks(enumerated);
  if (options.save !== undefined) await save(options.save, text);
  if (expected === undefined) return EXIT.conforms;
  const found = differences(expected, enumerated.enumeration);
  say(differencesText(found, inertLine(options.expect ?? '')));
  return found.length === 0 ? EXIT.conforms : EXIT.diverges;
}

function render(
  { enumeration, snapshot, accesses }: Enumerated,
  json: string,
  options: EnumerateCommandOptions,
): string {
  if (options.json === true) return json;
  if (options.lspci === true) return lspciText(snapshot.functions);
  const paint = paintFor(process.stdout);
  const head = `${plural(enumeration.functions.length, 'function')}, by ${plural(accesses, 'access', 'accesses')}`;
  return treeText(headline(options.target, head, paint), snapshot.functions, paint);
}

function sayRemarks({ remarks, findings }: Enumerated): void {
  for (const remark of remarks) say(remark);
  if (findings.length === 0) return;
  const rules = [...new Set(findings.map(({ rule }) => rule))].join(', ');
  say(
    `${plural(findings.length, 'finding')} on the way (${rules}); barometer fuzz with the same options reports them.`,
  );
}

function differencesText(found: readonly Difference[], file: string): string {
  if (found.length === 0) return `As in ${file}.`;
  const lines = found
    .slice(0, SHOWN)
    .map(({ function: name, what, expected, actual }) => inertLine(`${name} ${what}: ${actual}, expected ${expected}`));
  const more = found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [];
  return [`${plural(found.length, 'difference')} from ${file}:`, ...lines, ...more].join('\n');
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomically(path, text);
  } catch (error) {
    throw new UsageError(`barometer enumerate: --save ${path}: ${describeSystemError(error)} Is the folder there?`);
  }
}

/** A saved enumeration. Throws a UsageError that says what is wrong with the file. */
async function readEnumeration(path: string): Promise<Enumeration> {
  const wrong = (what: string): UsageError =>
    new UsageError(`barometer enumerate: --expect ${path}: ${what} Make one with --save ${path}.`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw wrong(describeSystemError(error));
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw wrong(`this is no JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
  const parsed = enumerationSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not as expected'}.`);
}
