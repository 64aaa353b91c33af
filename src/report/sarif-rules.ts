/** The rules of a run as SARIF describes them, each with its help. The texts are those of the catalogue. */
import type { ReportingDescriptor, Result } from 'sarif';
import type { Results } from '../check/results-schema.ts';
import { ruleById } from '../spec/rules.ts';
import type { Rule } from '../spec/rules.ts';
import { prose } from './markdown.ts';

/** GitHub takes no longer ones. */
const DESCRIPTION_AT_MOST = 1024;

/** How heavy a finding of a rule of this strength is. */
export function levelOf(strength: Rule['strength']): Extract<Result.level, 'error' | 'warning' | 'note'> {
  switch (strength) {
    case 'MUST':
    case 'UNDEFINED':
      return 'error';
    case 'SHOULD':
      return 'warning';
    case 'MAY':
    case 'GUEST-OBLIGATION':
    case 'FIRMWARE-CONVENTION':
      return 'note';
  }
}

/** The rules that a run had occasion to judge, in the order of their ids. */
export function sarifRules(results: Results): ReportingDescriptor[] {
  return results.rules.flatMap(({ id, exercised, broken }) => {
    const rule = ruleById(id);
    return rule === undefined ? [] : [describe(rule, exercised, broken)];
  });
}

function describe(rule: Rule, exercised: number, broken: number): ReportingDescriptor {
  const rows = helpRows(rule);
  const level = levelOf(rule.strength);
  return {
    id: rule.id,
    name: rule.title,
    shortDescription: { text: literal(`${rule.title} (${rule.strength}, ${rule.citation})`) },
    fullDescription: { text: literal(rule.statement) },
    defaultConfiguration: { level },
    help: {
      text: literal(rows.map(([name, text]) => `${name}: ${text}`).join('\n'), Infinity),
      markdown: rows.map(([name, text]) => `**${name}**: ${bracesDoubled(prose(text))}`).join('\n\n'),
    },
    properties: {
      tags: ['pci', rule.id.split('-')[0] as string],
      'problem.severity': level === 'note' ? 'recommendation' : level,
      strength: rule.strength,
      area: rule.area,
      exercised,
      broken,
    },
  };
}

/** As `barometer rules` has them. */
function helpRows(rule: Rule): (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = [
    ['Statement', rule.statement],
    ['Strength', rule.strength],
    ['Written in', rule.citation],
    ['Allowed', rule.allowed],
    ['Applies to', rule.appliesTo],
    ['Checked by', rule.check],
    ['Needs', rule.preconditions],
    ['Seen', rule.variations],
    ['More', `barometer rules ${rule.id}`],
  ];
  return rows.filter(([, text]) => text !== '');
}

/**
 * Text of a message of SARIF that stands for itself: braces would be placeholders (SARIF 2.1.0, 3.11.5), brackets before
 * parentheses a link (3.11.6).
 */
export function literal(text: string, atMost: number = DESCRIPTION_AT_MOST): string {
  const cut = text.length > atMost ? `${text.slice(0, atMost - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
  return bracesDoubled(cut.replaceAll('](', '] ('));
}

function bracesDoubled(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}
