/** The pages about a sweep: one about the devices, and one about each mistake, with a script beside it. */

import { ruleById } from '../../src/spec/rules.ts';
import { explanationOf, isFirst, mistakeBehind } from './explained.ts';
import type { Explanation } from './explained.ts';
import { kindOf } from './rows.ts';
import type { Causes, Example, Row, SweptFinding } from './rows.ts';

export interface Pages {
  /** Text of each file, by its name in `docs/conformance`. */
  files: Map<string, string>;
  /** Kinds of findings of which nobody has written anything, and the devices that show them. */
  unexplained: { kind: string; devices: string }[];
}

export interface PageOptions {
  /** First line of `qemu-system-x86_64 --version`. */
  version: string;
  date: string;
  seed: string;
  checked: number;
}

const FOLDER = 'qemu-7.2';
export const isCrash = ({ rule }: { rule: string }): boolean => rule.startsWith('TARGET-');

/** Name of the script by which a device ends its machine. */
export const crashPage = (device: string): string => `crash-${device}`;

/** In order, each once. */
const list = (items: Iterable<string>): string => [...new Set(items)].toSorted().join(', ');

interface Explained {
  row: Row;
  finding: SweptFinding;
  by: Explanation;
}

export function makePages(
  rows: readonly Row[],
  examples: readonly Example[],
  causes: readonly Causes[],
  explanations: readonly Explanation[],
  options: PageOptions,
): Pages {
  const causeOf = new Map(causes.map((one) => [one.kind, one]));
  const all: Explained[] = [];
  const unexplained = new Map<string, string[]>();
  for (const row of rows)
    for (const finding of row.findings) {
      if (isCrash(finding)) continue;
      const kind = kindOf(finding);
      const by =
        explanationOf(explanations, finding) ?? mistakeBehind(explanations, causeOf.get(kind)?.excusedBy ?? []);
      if (by === undefined) unexplained.set(kind, [...(unexplained.get(kind) ?? []), row.device]);
      else all.push({ row, finding, by });
    }
  const left = [...unexplained]
    .map(([kind, devices]) => ({ kind, devices: list(devices) }))
    .toSorted((one, other) => (one.kind < other.kind ? -1 : 1));
  const files = new Map<string, string>();
  const shown = explanations.filter((one) => examples.some(({ page }) => page === one.page));
  for (const one of shown) {
    const mine = all.filter(({ by }) => by === one);
    const example = examples.find(({ page }) => page === one.page)!;
    files.set(`${FOLDER}/${one.page}.md`, mistakePage(one, example, mine));
    if (example.script !== '') files.set(`${FOLDER}/${one.page}.qtest`, example.script);
  }
  const crashes = examples.filter(({ finding, script }) => isCrash(finding) && script !== '');
  for (const { page, script } of crashes) files.set(`${FOLDER}/${page}.qtest`, script);
  const scripts = new Set(crashes.map(({ page }) => page));
  files.set(`${FOLDER}.md`, devicesPage(rows, all, shown, left, scripts, options));
  return { files, unexplained: left };
}

function mistakePage(one: Explanation, { finding, scenario, script }: Example, mine: readonly Explained[]): string {
  const rule = ruleById(one.shows.rule)!;
  const shows = mine.filter((each) => isFirst(one, each.finding));
  const follows = mine.filter((each) => !isFirst(one, each.finding));
  const steps = scenario.trim() === '' ? 'No step: an enumeration shows it.' : fenced(scenario.trimEnd());
  const commands =
    script === ''
      ? 'It did not come back by commands alone.'
      : `[${one.page}.qtest](${one.page}.qtest) shows it on a stock QEMU; its first lines say how to run it.`;
  const paragraphs = [
    `# ${one.title}`,
    table(['rule', 'strength', 'source'], [[`${rule.id} ${rule.title}`, rule.strength, rule.citation]]),
    rule.statement,
    `**QEMU**: ${one.does}`,
    `**A guest**: ${one.guest}`,
    `**A second source**: ${one.second}`,
    `**Reported**: ${one.reported}`,
    '## Shortest sequence',
    steps,
    `\`${finding.access}\`: ${finding.register}, expected ${finding.expected}, found ${finding.actual}.`,
    commands,
    '## Seen',
    `Devices: ${list(mine.map(({ row }) => row.device))}.`,
    `Places: ${list(mine.map(({ row }) => row.place))}.`,
    `As: ${list(shows.map((each) => partsOf(each.finding)))}.`,
    ...(follows.length === 0
      ? []
      : [`The same mistake shows as: ${list(follows.map((each) => partsOf(each.finding)))}.`]),
  ];
  return `${paragraphs.map((text) => text.trim()).join('\n\n')}\n`;
}

/** A finding without its function. */
const partsOf = ({ rule, register, shape }: SweptFinding): string => `${rule} ${register}: ${shape}`;

function devicesPage(
  rows: readonly Row[],
  all: readonly Explained[],
  shown: readonly Explanation[],
  unexplained: Pages['unexplained'],
  scripts: ReadonlySet<string>,
  { version, date, seed, checked }: PageOptions,
): string {
  const started = rows.filter(({ refused }) => refused === undefined);
  const total = (some: readonly Row[]): string => String(some.reduce((sum, row) => sum + row.checked, 0));
  const crashed = started.flatMap((row) => row.findings.filter(isCrash).map((finding) => ({ row, finding })));
  const lines = [...new Set(rows.map(({ device }) => device))].toSorted().map((device) => {
    const mine = started.filter((row) => row.device === device);
    const rules = new Set(mine.flatMap(({ exercised }) => Object.keys(exercised)));
    const pages = all.filter(({ row }) => row.device === device).map(({ by }) => link(by, by.shows.rule));
    return [device, String(mine.length), total(mine), String(rules.size), list(pages)];
  });
  const paragraphs = [
    `# What ${version} does`,
    `Every PCI device that Debian's package starts, in each place that it has (${[...new Set(rows.map(({ place }) => place))].join('; ')}), against the model: ${total(started)} accesses, all of them checked, on ${started.length} machines${date === '' ? '' : `, on ${date}`}. What was found is explained by hand, and each mistake has a page with a script that shows it. What only follows from a mistake was tried with a profile that declares it.`,
    `Made by \`npm run sweep -- --seed ${seed} --checked ${checked} --write docs/conformance\`.`,
    '## Mistakes',
    table(
      ['what', 'rule', 'strength', 'devices'],
      shown.map((one) => [
        link(one, one.title),
        one.shows.rule,
        ruleById(one.shows.rule)!.strength,
        String(new Set(all.filter(({ by }) => by === one).map(({ row }) => row.device)).size),
      ]),
    ),
    '## Crashes',
    crashed.length === 0
      ? 'None.'
      : table(
          ['device', 'place', 'how', 'script'],
          crashed.map(({ row, finding }) => {
            const page = crashPage(row.device);
            const script = scripts.has(page) ? `[${page}.qtest](${FOLDER}/${page}.qtest)` : 'none';
            return [row.device, row.place, finding.shape, script];
          }),
        ),
    ...(unexplained.length === 0
      ? []
      : [
          '## Not explained yet',
          'Each of these is either a mistake of QEMU that nobody has described yet, or one of the model.',
          table(
            ['kind', 'devices'],
            unexplained.map(({ kind, devices }) => [kind, devices]),
          ),
        ]),
    '## Devices',
    table(['device', 'places', 'accesses', 'rules exercised', 'mistakes'], lines),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

const link = ({ page }: Explanation, text: string): string => `[${text}](${FOLDER}/${page}.md)`;
const fenced = (text: string): string => `\`\`\`scenario\n${text}\n\`\`\``;

/** In Markdown; a formatter aligns it. */
function table(head: readonly string[], body: readonly string[][]): string {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map((row) => line(row))].join('\n');
}
