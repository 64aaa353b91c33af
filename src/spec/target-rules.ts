/** What is asked of a target beside all that it emulates: that it goes on answering. No rules of the catalogue. */

import type { Rule } from './rules.ts';

const AREA = 'Targets';

function rule(word: string, title: string, statement: string): Rule {
  const texts = { allowed: '', preconditions: '', variations: '' };
  const check = 'any access or command -> an answer in time';
  const appliesTo = 'targets behind the target protocol';
  const citation = 'design rule, docs/target-protocol.md';
  return { id: `TARGET-${word}`, area: AREA, strength: 'MUST', title, citation, statement, appliesTo, check, ...texts };
}

export const TARGET_RULES: readonly Rule[] = [
  rule(
    'crash',
    'A target survives what a guest does',
    'The process of a target does not end, and does not close its connection, before the harness does.',
  ),
  rule('hang', 'A target answers in time', 'Each command is answered within the time that was set for an answer.'),
  rule(
    'protocol',
    'A target speaks the target protocol',
    'To each command there is exactly one answer of the form that belongs to it, and nothing else is sent but events.',
  ),
];
