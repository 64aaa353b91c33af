/** The pages about a sweep: one about the devices, and one about each mistake, with a script beside it. */

import { ruleById } from '../../src/spec/rules.ts';
import { explanationOf } from './explained.ts';
import type { Explanation } from './explained.ts';
import type { Kind, Row, SweptFinding } from './rows.ts';
import { kindOf } from './rows.ts';

export interface Pages {
  /** Text of each file, by its name in `docs/conformance`. */
  files: Map<string, string>;
  /** Kinds of findings of which nobody has written anything. */
  unexplained: string[];
}

export interface PageOptions {
  command: string;
  date: string;
  /** First line of `qemu-system-x86_64 --version`. */
  version: string;
}

const FOLDER = 'qemu-7.2';
const crashes = ({ findings }: Row): SweptFinding[] => findings.filter(({ rule }) => rule.startsWith('TARGET-'));
const list = (items: Iterable<string>): string => [...new Set(items)].toSorted().join(', ');

export function makePages(
  rows: readonly Row[],
  kinds: readonly Kind[],
  explanations: readonly Explanation[],
  options: PageOptions,
): Pages {
  const files = new Map<string, string>();
  const unexplained: string[] = [];
  const byPage = new Map<Explanation, Kind[]>();
  for (const kind of kinds) {
    const found = explanationOf(explanations, kind.finding);
    if (found === undefined) unexplained.push(kind.key);
    else byPage.set(found, [...(byPage.get(found) ?? []), kind]);
  }
  const explained = explanations.filter((one) => byPage.has(one));
  for (const one of explained) {
    const mine = byPage.get(one)!;
    const example = exampleOf(one, mine);
    files.set(`${FOLDER}/${one.page}.md`, kindPage(one, example, rows, mine));
    if (example.script !== '') files.set(`${FOLDER}/${one.page}.qtest`, scriptOf(one, example));
  }
  files.set(`${FOLDER}.md`, devicesPage(rows, explained, explanations, options));
  return { files, unexplained };
}

/** The shortest script of the mistake's own rule. */
function exampleOf({ rule }: Explanation, kinds: readonly Kind[]): Kind {
  const weight = ({ finding, script }: Kind): number =>
    (finding.rule === rule ? 0 : 1e6) + (script === '' ? 1e5 : script.split('\n').length);
  return kinds.toSorted((one, other) => weight(one) - weight(other))[0]!;
}

const scriptOf = ({ page }: Explanation, { script }: Kind): string =>
  script.replace('reproduce.qtest', `${page}.qtest`);

function kindPage(one: Explanation, example: Kind, rows: readonly Row[], kinds: readonly Kind[]): string {
  const rule = ruleById(one.rule)!;
  const keys = new Set(kinds.map(({ key }) => key));
  const shown = rows.filter(({ findings }) => findings.some((finding) => keys.has(kindOf(finding))));
  const { finding, scenario } = example;
  const steps = scenario.trim() === '' ? 'No step: an enumeration shows it.' : `\`\`\`\n${scenario.trimEnd()}\n\`\`\``;
  const script =
    example.script === ''
      ? 'It did not come back by commands alone.'
      : `[${one.page}.qtest](${one.page}.qtest) shows it on a stock QEMU; its first lines say how to run it.`;
  return `# ${one.title}

| rule | strength | source |
| ---- | -------- | ------ |
| ${rule.id} ${rule.title} | ${rule.strength} | ${rule.citation} |

${rule.statement}

**QEMU**: ${one.does}

**A guest**: ${one.guest}

**A second source**: ${one.second}

**Reported**: ${one.reported}

## Shortest sequence

${steps}

\`${finding.access}\`: ${finding.register}, expected ${finding.expected}, found ${finding.actual}.

${script}

## Devices

${list(shown.map(({ device }) => device))}.

Places: ${list(shown.map(({ place }) => place))}. Kinds of findings: ${list(keys)}.
`;
}

function devicesPage(
  rows: readonly Row[],
  explained: readonly Explanation[],
  explanations: readonly Explanation[],
  { command, date, version }: PageOptions,
): string {
  const devices = [...new Set(rows.map(({ device }) => device))].toSorted();
  const started = rows.filter(({ refused }) => refused === undefined);
  const checked = started.reduce((sum, row) => sum + row.checked, 0);
  const lines = devices.map((device) => {
    const mine = started.filter((row) => row.device === device);
    const rules = new Set(mine.flatMap(({ exercised }) => Object.keys(exercised)));
    const pages = mine.flatMap(({ findings }) =>
      findings.flatMap((finding) => {
        const found = explanationOf(explanations, finding);
        return found === undefined ? [finding.rule] : [`[${found.rule}](${FOLDER}/${found.page}.md)`];
      }),
    );
    const died = mine.flatMap(crashes).length;
    return `| ${device} | ${mine.length} | ${mine.reduce((sum, row) => sum + row.checked, 0)} | ${rules.size} | ${list(pages)} | ${died === 0 ? '' : died} |`;
  });
  const places = [...new Set(rows.map(({ place }) => place))];
  return `# What ${version} does

Every PCI device that Debian's package starts, in each place that it has (${places.join('; ')}), against the model:
${checked} accesses on ${started.length} machines, all of them checked. Made by the command below; what it found was explained by hand,
and each explanation has a page of its own.

\`\`\`sh
${command} --date ${date}
\`\`\`

## Mistakes

| what | rule | strength |
| ---- | ---- | -------- |
${explained.map(({ page, title, rule }) => `| [${title}](${FOLDER}/${page}.md) | ${rule} | ${ruleById(rule)!.strength} |`).join('\n')}

## Devices

| device | places | accesses | rules exercised | mistakes | crashes |
| ------ | -----: | -------: | --------------: | -------- | ------: |
${lines.join('\n')}
`;
}
