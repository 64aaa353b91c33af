/** `barometer rules [ID|AREA]` */
import { IMPLEMENTED, NOT_OBSERVABLE } from '../spec/implemented.ts';
import { RULES, rulesOfArea } from '../spec/rules.ts';
import type { Rule } from '../spec/rules.ts';
import { TARGET_RULES } from '../spec/target-rules.ts';
import { table } from '../report/table.ts';
import { COLUMNS, wrap } from '../report/wrap.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { findRule, unknownRule } from './select-rules.ts';
import { print } from './say.ts';

/** Prints the catalogue, an area, one rule, or how much of it is implemented. Throws a UsageError for unknown names. */
export function runRules(selection: string | undefined, options: { coverage?: boolean; json?: boolean }): number {
  const rules = selection === undefined ? RULES : select(selection);
  print(render(rules, selection, options));
  return EXIT.conforms;
}

function render(
  rules: readonly Rule[],
  selection: string | undefined,
  options: { coverage?: boolean; json?: boolean },
): string {
  if (options.coverage === true) return options.json === true ? json(coverage(rules)) : coverageText(rules);
  if (options.json === true)
    return json({ rules: rules.map((rule) => ({ ...rule, implemented: isImplemented(rule) })) });
  const single = selection === undefined ? undefined : findRule(selection);
  return single === undefined ? listText(rules) : ruleText(single);
}

function select(selection: string): readonly Rule[] {
  const rule = findRule(selection);
  if (rule !== undefined) return [rule];
  const area = rulesOfArea(selection.toUpperCase());
  if (area.length > 0) return area;
  throw new UsageError(`barometer: ${selection}: ${unknownRule(selection)}`);
}

function isImplemented(rule: Rule): boolean {
  return IMPLEMENTED.has(rule.id) || TARGET_RULES.includes(rule);
}

function whyNotObservable(rule: Rule): string | undefined {
  return NOT_OBSERVABLE.get(rule.id);
}

function coverage(rules: readonly Rule[]) {
  return {
    total: rules.length,
    implemented: rules.filter(isImplemented).length,
    notObservable: rules.flatMap((rule) => {
      const why = whyNotObservable(rule);
      return why === undefined ? [] : [{ id: rule.id, why }];
    }),
  };
}

function coverageText(rules: readonly Rule[]): string {
  const { total, implemented, notObservable } = coverage(rules);
  const missing = rules.filter((rule) => !isImplemented(rule) && whyNotObservable(rule) === undefined);
  return [
    `${implemented} of ${total} rules are implemented.`,
    `${notObservable.length} cannot be seen from outside a target:`,
    ...notObservable.map(({ id, why }) => `  ${id}  ${why}`),
    `${missing.length} are not implemented yet:`,
    ...wrap(missing.map((rule) => rule.id).join(' '), COLUMNS - 2).map((line) => `  ${line}`.trimEnd()),
    '',
  ].join('\n');
}

function listText(rules: readonly Rule[]): string {
  const lines: string[] = [];
  for (const area of new Set(rules.map((rule) => rule.area))) {
    const mine = rules.filter((rule) => rule.area === area);
    lines.push(area, ...table(mine.map((rule) => [`  ${rule.id}`, rule.strength, mark(rule), rule.title])), '');
  }
  lines.push(
    `${rules.length} rules; * implemented, - cannot be seen from outside. One of them: barometer rules BAR-003`,
  );
  return `${lines.join('\n')}\n`;
}

function mark(rule: Rule): string {
  if (isImplemented(rule)) return '*';
  return whyNotObservable(rule) === undefined ? ' ' : '-';
}

function ruleText(rule: Rule): string {
  const why = whyNotObservable(rule);
  const state = isImplemented(rule) ? 'yes' : why === undefined ? 'not yet' : `no: ${why}`;
  const rows: (readonly [string, string])[] = [
    ['area', rule.area],
    ['strength', rule.strength],
    ['citation', rule.citation],
    ['statement', rule.statement],
    ['allowed', rule.allowed],
    ['applies to', rule.appliesTo],
    ['checked by', rule.check],
    ['needs', rule.preconditions],
    ['seen', rule.variations],
    ['implemented', state],
  ];
  const body = rows.flatMap(([name, text]) => {
    if (text === '') return [];
    const [first = '', ...rest] = wrap(text, COLUMNS - 15);
    return [`  ${name.padEnd(11)}  ${first}`, ...rest.map((line) => `${' '.repeat(15)}${line}`)];
  });
  return `${rule.id} ${rule.title}\n${body.join('\n')}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
