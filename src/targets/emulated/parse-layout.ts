/** Reads a layout from YAML. All that is wrong is told at once, each with file, line and column. */
import { LineCounter, parseDocument } from 'yaml';
import { didYouMean } from '../../core/nearest.ts';
import { offsetOf, plainWords, sentence } from '../../core/yaml-place.ts';
import { checkLayout } from './layout-check.ts';
import type { Layout } from './layout.ts';

/** Everything that is wrong with a layout, one `file:line:column: sentence` each. */
export class LayoutError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'LayoutError';
    this.problems = problems;
  }
}

/** `name` is how messages call the file. Throws a LayoutError that names every problem. */
export async function parseLayout(text: string, name: string): Promise<Layout> {
  const lines = new LineCounter();
  // With bigint a size above 2^53 is refused and never rounded.
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new LayoutError(document.errors.map((error) => sentence(at(error.pos[0]), `not YAML: ${error.message}`)));
  }
  let plain: unknown;
  try {
    plain = document.toJS();
  } catch (error) {
    throw new LayoutError([sentence(`${name}:1:1`, `not YAML: ${(error as Error).message}`)]);
  }
  const { layoutSchema, keysAt } = await import('./layout-schema.ts');
  const parsed = layoutSchema.safeParse(plain ?? {});
  const fail = (problems: readonly { path: readonly PropertyKey[]; message: string }[]): never => {
    const located = problems.map((problem) => ({ ...problem, offset: offsetOf(document, problem.path) }));
    throw new LayoutError(
      located
        .toSorted((one, other) => one.offset - other.offset)
        .map(({ offset, path, message }) => {
          const where = path.map(String).join('.');
          return sentence(at(offset), where === '' ? message : `${where}: ${message}`);
        }),
    );
  };
  if (!parsed.success) {
    return fail(
      parsed.error.issues.flatMap((issue) => {
        if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: plainWords(issue.message) }];
        return issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: `unknown key.${didYouMean(key, keysAt(issue.path))}`,
        }));
      }),
    );
  }
  const layout: Layout = { ...parsed.data, name: parsed.data.name ?? name };
  const problems = checkLayout(layout);
  if (problems.length > 0) fail(problems);
  return layout;
}
