/** Reads a layout from YAML. All that is wrong is told at once, each with file, line and column. */
import { YamlText } from '../../core/yaml-text.ts';
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
  const yaml = YamlText.parse(text, name);
  if (!(yaml instanceof YamlText)) throw new LayoutError(yaml.problems);
  const { layoutSchema, keysAt } = await import('./layout-schema.ts');
  const parsed = layoutSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) throw new LayoutError(yaml.problems(parsed.error.issues, keysAt));
  const layout: Layout = { ...parsed.data, name: parsed.data.name ?? name };
  const problems = checkLayout(layout);
  if (problems.length > 0) throw new LayoutError(yaml.problems(problems, keysAt));
  return layout;
}
