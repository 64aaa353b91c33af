/** Several targets beside each other: what each does where one of them breaks a rule, and where they differ rightly. */

import { kindOfFunction } from '../finding.ts';
import type { Ran } from '../lockstep/run-program.ts';
import type { JudgedFinding, TraceReport } from '../trace-report.ts';
import { compareAnswers } from './answers.ts';
import type { AnswerComparison } from './answers.ts';
import { differingChoices } from './choices.ts';
import type { ChoiceComparison } from './choices.ts';

export interface ComparedTarget {
  /** `#1`: its place on the command line. */
  label: string;
  name: string;
  reports: readonly TraceReport[];
}

/** One run of a scenario on one of the targets. */
export interface ScenarioRun extends Omit<Ran, 'trace' | 'sweepAccesses'> {
  scenario: string;
  /** The text of each step. */
  steps: readonly string[];
  /** Index of the target. */
  target: number;
}

/**
 * `breaks`: the target has the finding; `known`: it has, and its profile accepts it; `conforms`: it was put through the
 * same steps and nothing was found; `other`: these steps break another rule there, perhaps for the same reason; `unbound`: it has no such function; `died`: it did not live to show it; `not seen`: its own
 * campaign did not show it, and there are no steps that could be tried on it.
 */
export type CellState = 'breaks' | 'known' | 'conforms' | 'other' | 'unbound' | 'died' | 'not seen';

export interface Cell {
  target: string;
  state: CellState;
  /** Whether the steps spoke of functions of the same kinds as where the finding is from. */
  sameFunctions: boolean;
  /** Why it is `unbound` or `died`, or the `other` rules; else empty. */
  detail: string;
}

export interface FindingComparison {
  id: string;
  rule: string;
  kind: string;
  register: string;
  shape: string;
  /** The steps that were tried on all targets; empty: there are none. */
  scenario: string;
  cells: Cell[];
}

export interface Comparison {
  targets: { label: string; name: string; profile: string | null; new: number; known: number }[];
  findings: FindingComparison[];
  choices: ChoiceComparison[];
  answers: AnswerComparison[];
}

export function compare(targets: readonly ComparedTarget[], runs: readonly ScenarioRun[]): Comparison {
  const sides = targets.map((target, index) => sideOf(target, runs, index));
  const all = new Map(sides.flatMap(({ findings }) => [...findings]));
  return {
    targets: sides.map(({ target, findings }) => {
      const known = [...findings.values()].filter((finding) => finding.known).length;
      const profile = target.reports.find((report) => report.profile !== undefined)?.profile ?? null;
      return { label: target.label, name: target.name, profile, new: findings.size - known, known };
    }),
    findings: [...all.values()]
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ id, rule, first }) => {
        const showing = runs.filter(({ findings }) => findings.has(id));
        // The steps that were made for it, if there are such, else the first that show it.
        const origin = showing.find(({ scenario }) => scenario === id) ?? showing[0];
        return {
          id,
          rule,
          kind: kindOfFunction(first.function),
          register: first.register,
          shape: first.shape,
          scenario: origin?.scenario ?? '',
          cells: sides.map((side, index) => {
            const run = runs.find(({ scenario, target }) => scenario === origin?.scenario && target === index);
            return { target: side.target.label, ...cellOf(all.get(id)!, side, origin, run) };
          }),
        };
      }),
    choices: differingChoices(targets),
    answers: compareAnswers(
      targets.map(({ label }) => label),
      runs,
    ),
  };
}

interface Side {
  target: ComparedTarget;
  /** By identity; new where it is in any of its reports. */
  findings: ReadonlyMap<string, JudgedFinding>;
  /** Of all functions that it has. */
  kinds: ReadonlySet<string>;
}

function sideOf(target: ComparedTarget, runs: readonly ScenarioRun[], index: number): Side {
  const findings = new Map<string, JudgedFinding>();
  for (const finding of target.reports.flatMap((report) => report.findings))
    if (findings.get(finding.id)?.known !== false) findings.set(finding.id, finding);
  const kinds = new Set(runs.filter((run) => run.target === index).flatMap(({ present }) => present));
  return { target, findings, kinds };
}

/** `run`: of the steps that showed it in `origin`, on this side. */
function cellOf(
  { id, rule, first }: JudgedFinding,
  side: Side,
  origin: ScenarioRun | undefined,
  run: ScenarioRun | undefined,
): Omit<Cell, 'target'> {
  const own = side.findings.get(id);
  if (own !== undefined) return { state: own.known ? 'known' : 'breaks', sameFunctions: true, detail: '' };
  if (origin === undefined || run === undefined) return { state: 'not seen', sameFunctions: true, detail: '' };
  const kind = kindOfFunction(first.function);
  const sameFunctions = origin.kinds.join() === run.kinds.join();
  if (run.state === 'unbound') return { state: 'unbound', sameFunctions: false, detail: run.reason };
  // The kind is part of the identity, so what another kind of function does wrong is another finding.
  const others = [...run.findings.values()].filter((one) => one.rule === rule);
  const other = others.find((one) => !one.known) ?? others[0];
  if (!sameFunctions && other !== undefined)
    return { state: other.known ? 'known' : 'breaks', sameFunctions, detail: '' };
  if (run.state === 'died') return { state: 'died', sameFunctions, detail: run.reason };
  const rules = [...run.findings].filter(([one, { known }]) => !known && !origin.findings.has(one));
  if (rules.length > 0) {
    const detail = [...new Set(rules.map(([, one]) => one.rule))].join(', ');
    return { state: 'other', sameFunctions, detail };
  }
  // It is of a function that the steps do not name, such as one that only had to be there.
  const bystander = sameFunctions || !origin.kinds.includes(kind);
  if (bystander && first.function !== undefined && !side.kinds.has(kind))
    return { state: 'unbound', sameFunctions: false, detail: `no function of ${kind}` };
  return { state: 'conforms', sameFunctions, detail: '' };
}
