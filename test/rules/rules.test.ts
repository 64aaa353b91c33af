/**
 * Every rule bites: for each case of each area the violating trace yields exactly its rule, the conforming twin yields
 * nothing, and with the rule switched off the violating trace is accepted.
 */

/* oxlint-disable vitest/valid-expect -- vitest's expect takes a message as its second argument; here it is the trace. */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { formatMachine } from '../../src/access/machine-text.ts';
import { isAccess, parseLine } from '../../src/access/text.ts';
import { judgeAtRest } from '../../src/check/at-rest.ts';
import { Model } from '../../src/model/model.ts';
import type { Divergence, Note } from '../../src/model/verdict.ts';
import { IMPLEMENTED } from '../../src/spec/implemented.ts';
import { isApplicable } from '../../src/spec/needs.ts';
import { RULES } from '../../src/spec/rules.ts';
import type { RuleCase } from './case.ts';
import { caseMachine, expandCase } from './expand.ts';

/** What stands in this folder beside the areas. */
const NO_AREA = /^(case|expand|given.*)\.ts$/;

const AREAS = await loadAreas();
const CASES = AREAS.flatMap((area) => area.cases);

async function loadAreas(): Promise<{ name: string; cases: readonly RuleCase[] }[]> {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NO_AREA.test(file),
  );
  return Promise.all(
    files.sort().map(async (file) => {
      const area = (await import(new URL(file, folder).href)) as { cases: readonly RuleCase[] };
      return { name: file.replace(/\.ts$/, ''), cases: area.cases };
    }),
  );
}

/** What a run of one form yields, and how to say it to a person. */
interface Outcome {
  divergences: Divergence[];
  notes: Note[];
  /** Rules that this run says to be about nothing in its machine. */
  without: ReadonlySet<string>;
  report: string;
}

/** Runs the model over the preambles and `steps`; `skip` are the rules that are switched off. */
function run(
  ruleCase: RuleCase,
  given: readonly string[],
  steps: readonly string[],
  { skip = [], machine: words = ruleCase.machine }: { skip?: readonly string[]; machine?: string | undefined } = {},
): Outcome {
  const divergences: Divergence[] = [];
  const notes: Note[] = [];
  const machine = caseMachine(words);
  const model = new Model({
    machine,
    choices: ruleCase.choices ?? {},
    skip: new Set(skip),
    divergence: (divergence) => divergences.push(divergence),
    note: (note) => notes.push(note),
  });
  const header = ['barometer.trace/1', `machine ${formatMachine(machine).join(' ')}`];
  const lines = [...header, ...given, ...steps];
  for (const [index, text] of lines.entries()) {
    if (index < header.length) continue;
    const parsed = parseLine(text, new Access());
    if (parsed === undefined) continue;
    if (isAccess(parsed)) {
      parsed.line = index + 1;
      model.access(parsed);
    } else {
      model.event({ ...parsed, line: index + 1 });
    }
  }
  model.finish();
  if (ruleCase.atRest === true) {
    model.conclude(judgeAtRest(model.snapshot(), { machine, choices: ruleCase.choices ?? {}, quietAtLeast: 0 }));
  }
  const { parts } = model.statistics();
  const without = new Set(parts.size === 0 ? [] : RULES.map(({ id }) => id).filter((id) => !isApplicable(id, parts)));
  return {
    divergences,
    notes,
    without,
    report: describeRun(ruleCase, lines, header.length + given.length, divergences, notes),
  };
}

/** The trace from the end of the preambles on with line numbers, then what the model said. */
function describeRun(
  ruleCase: RuleCase,
  lines: readonly string[],
  from: number,
  divergences: readonly Divergence[],
  notes: readonly Note[],
): string {
  const first = Math.min(from, ...divergences.map((divergence) => Math.max(0, divergence.line - 4)));
  const listing = lines.slice(first).map((line, index) => `${String(first + index + 1).padStart(5)}  ${line}`);
  const said = divergences.map(
    (divergence) =>
      `line ${divergence.line}: ${divergence.rule} (${divergence.register}, ${divergence.shape}): ` +
      `expected ${divergence.expected}, got ${divergence.actual}. ${divergence.explanation}`,
  );
  const noted = notes.map((note) => `line ${note.line}: note ${note.topic}: ${note.text}`);
  const choices = Object.entries(ruleCase.choices ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    `${ruleCase.rule}: ${ruleCase.title}`,
    `given ${ruleCase.given.join(', ')} (lines up to ${from})${choices.length > 0 ? `; choices ${choices.join(', ')}` : ''}`,
    ...listing,
    ...(said.length > 0 ? said : ['no divergence']),
    ...noted,
  ].join('\n');
}

const rulesOf = (divergences: readonly Divergence[]) =>
  [...new Set(divergences.map((divergence) => divergence.rule))].sort();

/** Notes that stand for a guest obligation: their topic is a rule. */
const obligationsOf = (notes: readonly Note[]) =>
  [...new Set(notes.map((note) => note.topic).filter((topic) => /^[A-Z]+-\d{3}$/.test(topic)))].sort();

/** What a case is about in an outcome: notes count only where the rule is an obligation of the guest. */
function verdict(ruleCase: RuleCase, outcome: Outcome): { rules: string[]; obligations: string[] } {
  return {
    rules: rulesOf(outcome.divergences),
    obligations: ruleCase.kind === 'note' ? obligationsOf(outcome.notes) : [],
  };
}

const NOTHING = { rules: [], obligations: [] };

/** The verdict by which the rule bites. */
function bite(ruleCase: RuleCase): { rules: string[]; obligations: string[] } {
  return ruleCase.kind === 'note'
    ? { rules: [], obligations: [ruleCase.rule] }
    : { rules: [ruleCase.rule], obligations: [] };
}

describe.each(AREAS)('$name', ({ cases }) => {
  describe.each(cases.map((ruleCase) => ({ ...ruleCase, ruleCase })))('$rule: $title', ({ ruleCase }) => {
    const { given, conforming, violating } = expandCase(ruleCase);
    const machine = ruleCase.violatingMachine ?? ruleCase.machine;

    it.each(conforming.map((steps, index) => ({ form: index + 1, steps })))(
      'accepts conforming form $form',
      ({ steps }) => {
        const outcome = run(ruleCase, given, steps);
        expect(verdict(ruleCase, outcome), outcome.report).toEqual(NOTHING);
      },
    );

    it('answers the violating form with this rule alone', () => {
      const outcome = run(ruleCase, given, violating, { machine });
      expect(verdict(ruleCase, outcome), outcome.report).toEqual(bite(ruleCase));
      // What was broken is about something in the machine.
      expect(outcome.without).not.toContain(ruleCase.rule);
    });

    it('says nothing of the violating form when the rule is switched off', () => {
      const outcome = run(ruleCase, given, violating, { machine, skip: [ruleCase.rule] });
      expect(verdict(ruleCase, outcome), outcome.report).toEqual(NOTHING);
    });
  });
});

describe('cases and catalogue', () => {
  it('has a case for every rule that is implemented', () => {
    const shown = new Set(CASES.map((ruleCase) => ruleCase.rule));
    expect([...IMPLEMENTED].filter((rule) => !shown.has(rule))).toEqual([]);
  });

  it('has cases only for rules that are implemented', () => {
    const implemented = new Set<string>(IMPLEMENTED);
    expect([...new Set(CASES.map((ruleCase) => ruleCase.rule))].filter((rule) => !implemented.has(rule))).toEqual([]);
  });

  it('has no two cases with the same title in one rule', () => {
    const titles = CASES.map((ruleCase) => `${ruleCase.rule}: ${ruleCase.title}`);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });
});
