/** The pages about a sweep: one about the devices, and one about each mistake, with a script beside it. */

import { ruleById } from '../../src/spec/rules.ts';
import { explanationOf, isFirst, mistakeBehind } from './explained.ts';
import type { Explanation } from './explained.ts';
import { causeKey, kindOf } from './rows.ts';
import type { Causes, Kind, Row, SweptFinding } from './rows.ts';

export interface Pages {
  /** Text of each file, by its name in `docs/conformance`. */
  files: Map<string, string>;
  /** Pages of each kind. */
  pagesOf: Map<string, Set<string>>;
  /** Findings of which nobody has written anything, and what is known of them. */
  unexplained: { name: string; why: string }[];
}

export interface PageOptions {
  /** First line of `qemu-system-x86_64 --version`. */
  version: string;
  date: string;
  seed: string;
  checked: number;
}

const FOLDER = 'qemu-7.2';
const isCrash = ({ rule }: SweptFinding): boolean => rule.startsWith('TARGET-');

/** In order, each once. */
export const list = (items: Iterable<string>): string => [...new Set(items)].toSorted().join(', ');

interface Explained {
  row: Row;
  finding: SweptFinding;
  by: Explanation;
  /** Whether it is named there, and not only a consequence. */
  isNamed: boolean;
}

export function makePages(
  rows: readonly Row[],
  kinds: readonly Kind[],
  causes: readonly Causes[],
  explanations: readonly Explanation[],
  options: PageOptions,
): Pages {
  const causeOf = new Map(causes.map((one) => [one.key, one]));
  const all: Explained[] = [];
  const pagesOf: Pages['pagesOf'] = new Map();
  const unexplained: Pages['unexplained'] = [];
  for (const row of rows)
    for (const finding of row.findings ?? []) {
      if (isCrash(finding)) continue;
      const name = causeKey(row, finding);
      const cause = causeOf.get(name);
      const named = explanationOf(explanations, finding);
      const by = named ?? mistakeBehind(explanations, cause?.excusedBy ?? []);
      if (by === undefined) {
        unexplained.push({ name, why: cause?.reproduced === false ? ' (it did not come back)' : '' });
        continue;
      }
      all.push({ row, finding, by, isNamed: named !== undefined });
      const key = kindOf(finding);
      pagesOf.set(key, (pagesOf.get(key) ?? new Set()).add(by.page));
    }
  const files = new Map<string, string>();
  const shown = explanations.filter((one) => all.some(({ by }) => by === one));
  for (const one of shown) {
    const mine = all.filter(({ by }) => by === one);
    const example = exampleOf(one, kinds, mine);
    files.set(`${FOLDER}/${one.page}.md`, mistakePage(one, example, mine));
    if (example.script !== '')
      files.set(`${FOLDER}/${one.page}.qtest`, example.script.replace('< SCRIPT\n', `< ${one.page}.qtest\n`));
  }
  files.set(`${FOLDER}.md`, devicesPage(rows, all, shown, options));
  return { files, pagesOf, unexplained };
}

/** The shortest script of what the mistake shows by first. */
function exampleOf(one: Explanation, kinds: readonly Kind[], mine: readonly Explained[]): Kind {
  const keys = new Set(mine.map(({ finding }) => kindOf(finding)));
  const weight = ({ finding, script }: Kind): number =>
    (isFirst(one, finding) ? 0 : 1e6) + (script === '' ? 1e5 : script.split('\n').length);
  return kinds.filter(({ key }) => keys.has(key)).toSorted((kind, other) => weight(kind) - weight(other))[0]!;
}

function mistakePage(one: Explanation, { finding, scenario, script }: Kind, mine: readonly Explained[]): string {
  const rule = ruleById(one.shows.rule)!;
  const named = mine.filter(({ isNamed }) => isNamed);
  const follows = list(mine.filter(({ isNamed }) => !isNamed).map(({ finding: { rule: id } }) => id));
  const steps = scenario.trim() === '' ? 'No step: an enumeration shows it.' : fenced(scenario.trimEnd());
  const shows =
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
    shows,
    '## Seen',
    `Devices: ${list(mine.map(({ row }) => row.device))}.`,
    `Places: ${list(mine.map(({ row }) => row.place))}.`,
    `As: ${list(named.map(({ finding: found }) => kindOf(found)))}.`,
    ...(follows === ''
      ? []
      : [`What follows from it, and is not found when a profile declares \`${one.deviation}\`: ${follows}.`]),
  ];
  return `${paragraphs.map((text) => text.trim()).join('\n\n')}\n`;
}

function devicesPage(
  rows: readonly Row[],
  all: readonly Explained[],
  shown: readonly Explanation[],
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
    `Every PCI device that Debian's package starts, in each place that it has (${[...new Set(rows.map(({ place }) => place))].join('; ')}), against the model: ${total(started)} accesses, all of them checked, on ${started.length} machines${date === '' ? '' : `, on ${date}`}. What was found is explained by hand, and each mistake has a page with a script that shows it.`,
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
          ['device', 'place', 'how'],
          crashed.map(({ row, finding }) => [row.device, row.place, `${finding.rule} ${finding.shape}`]),
        ),
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
