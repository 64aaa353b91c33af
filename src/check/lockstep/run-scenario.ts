/** A scenario as text on a fresh machine: what `barometer run` does, for tests in the same process. */

import { parseScenario } from '../../scenario/grammar.ts';
import { FindingTable } from '../finding.ts';
import { KnownFindings } from '../known-findings.ts';
import { refuseUnknown } from '../refuse-unknown.ts';
import type { Profile } from '../profile.ts';
import type { JudgedFinding } from '../trace-report.ts';
import { trialOn } from './trial.ts';
import type { TrialOptions } from './trial.ts';

/** On what a scenario is run, and how it is judged. */
export interface ScenarioOptions extends TrialOptions {
  /** Its choices are in force unless `choices` says otherwise; it judges which findings are known. Default: none. */
  profile?: Profile | undefined;
  /** How messages call the scenario. Default: `scenario`. */
  name?: string;
}

/** What came of a scenario. */
export interface ScenarioRun {
  /** In the order in which they were found; known ones too. */
  findings: JudgedFinding[];
  /** Steps that were carried out. */
  steps: number;
  /** All that happened, in Barometer's own trace format. */
  trace: string;
}

/** The target has no functions as the scenario needs them, so nothing was run. */
export class UnboundError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnboundError';
  }
}

/**
 * Runs the text of a scenario on a fresh machine in lockstep with the reference model. Throws a ScenarioError for text that
 * is no scenario, a RangeError for a choice or a rule that does not exist, an UnboundError where the target lacks a function that it needs, and what `options.open` throws. A target
 * that dies on the way (TargetDied) is a finding.
 */
export function runScenario(text: string, options: ScenarioOptions): ScenarioRun {
  const { name = 'scenario', profile, skip, choices = profile?.choices } = options;
  refuseUnknown('runScenario', { choices, skip });
  const { program } = parseScenario(text, name);
  const { divergences, steps, trace, unbound } = trialOn(options.open(), { choices, skip }, program, undefined, true);
  if (unbound !== undefined) {
    const operand = unbound.operand === '' ? '' : `${unbound.operand}: `;
    throw new UnboundError(`${name}: it cannot be bound: ${operand}${unbound.reason}.`);
  }
  const table = new FindingTable();
  for (const divergence of divergences) table.add(divergence);
  const known = new KnownFindings(profile?.known);
  return { findings: table.list().map((finding) => known.judge(finding)), steps, trace };
}
