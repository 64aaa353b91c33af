/** `barometer faults [ID]` */
import { COLUMNS, plural, wrap } from '../report/wrap.ts';
import { table } from '../report/table.ts';
import { FAULT_CATALOGUE, findFault } from '../targets/name.ts';
import type { FaultCatalogue } from '../targets/name.ts';
import type { Fault } from '../targets/emulated/index.ts';
import { TargetError } from '../targets/target-error.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { findRule } from './select-rules.ts';
import { print } from './say.ts';

/** What a difficulty means, from 1 on. */
const DIFFICULTIES = [
  'a single access shows it',
  'two to five accesses in order show it',
  'state, timing or a rare combination is needed',
];

/** Prints the deliberate bugs of the emulated target, or one of them. Throws a UsageError for an unknown name. */
export function runFaults(id: string | undefined, options: { json?: boolean }): number {
  try {
    print(faultsText(FAULT_CATALOGUE, id, options));
  } catch (error) {
    if (error instanceof TargetError) throw new UsageError(`barometer: ${error.message}`);
    throw error;
  }
  return EXIT.conforms;
}

/** What the command prints. Throws a TargetError for an unknown name. */
export function faultsText(catalogue: FaultCatalogue, id: string | undefined, options: { json?: boolean }): string {
  if (id === undefined) return options.json === true ? json(catalogue) : listText(catalogue);
  const fault = findFault(id, catalogue);
  return options.json === true ? json({ faults: [fault], waiting: [] }) : faultText(fault);
}

function listText({ faults, waiting }: FaultCatalogue): string {
  const lines: string[] = [];
  for (const area of [...new Set(faults.map((fault) => fault.area))].toSorted()) {
    const mine = faults.filter((fault) => fault.area === area);
    const rows = mine.map((fault) => [`  ${fault.id}`, String(fault.difficulty), fault.rules[0] ?? '', fault.title]);
    lines.push(`${area} (${mine.length})`, ...table(rows), '');
  }
  if (waiting.length > 0) {
    lines.push(`waiting (${waiting.length}): real bugs that the emulated target cannot show yet`);
    for (const { id, why } of waiting) lines.push(...hanging(`  ${id}  `, why, 4));
    lines.push('');
  }
  const [first] = faults;
  const hint = first === undefined ? '' : ` One of them: barometer faults ${first.id}`;
  lines.push(`${plural(faults.length, 'fault')}, with difficulty (1 to 3) and the rule that each breaks.${hint}`);
  return `${lines.join('\n')}\n`;
}

function faultText(fault: Fault): string {
  const { origin } = fault;
  const from =
    origin === 'synthetic'
      ? 'synthetic: easily made, though no record of a real one is known'
      : `${origin.system}, commit ${origin.commit}, ${origin.date}`;
  const rows: (readonly [string, string])[] = [
    ['area', fault.area],
    ['origin', from],
    ['difficulty', `${fault.difficulty}: ${DIFFICULTIES[fault.difficulty - 1]}`],
    ...fault.rules.map((rule, index) => [index === 0 ? 'breaks' : 'or', ruleWords(rule)] as const),
    ['switch on', `barometer serve emulated:${fault.id}`],
  ];
  const body = rows.flatMap(([name, text]) => hanging(`  ${name.padEnd(11)}  `, text, 15));
  return `${[...hanging(`${fault.id} `, fault.title, 2), ...body].join('\n')}\n`;
}

function ruleWords(id: string): string {
  const rule = findRule(id);
  return rule === undefined ? id : `${id} ${rule.title}`;
}

/** Text behind a beginning; further lines are set in. */
function hanging(beginning: string, text: string, indent: number): string[] {
  const [first = '', ...rest] = wrap(text, COLUMNS - Math.max(beginning.length, indent));
  return [`${beginning}${first}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
