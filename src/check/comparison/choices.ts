/** Where targets differ and each is right: choices that the specification leaves open, and stated deviations. */

import { choiceByName } from '../../spec/choices.ts';
import type { TraceReport } from '../trace-report.ts';

export interface ChoiceComparison {
  name: string;
  /** A deviation is excused by a profile; a choice is allowed by the specification. */
  kind: 'choice' | 'deviation';
  meaning: string;
  rules: string[];
  /** `null`: nothing is known of it. `stated`: a profile says so; else the run has seen it. */
  values: { target: string; value: string | null; stated: boolean }[];
}

interface Reported {
  label: string;
  reports: readonly TraceReport[];
}

/** Choices for which two targets have different values, and deviations that not all profiles state alike; by name. */
export function differingChoices(targets: readonly Reported[]): ChoiceComparison[] {
  const names = new Set(
    targets.flatMap(({ reports }) =>
      reports.flatMap(({ declared, learned }) => [...Object.keys(declared), ...Object.keys(learned)]),
    ),
  );
  return [...names].toSorted().flatMap((name): ChoiceComparison[] => {
    const choice = choiceByName(name);
    if (choice === undefined) return [];
    const values = targets.map(({ label, reports }) => ({ target: label, ...valueOf(name, reports) }));
    const { kind, meaning, rules } = choice;
    // Who states no deviation is held to the specification; of a choice that was not seen nothing is known.
    const told = kind === 'deviation' ? values : values.filter(({ value }) => value !== null);
    if (new Set(told.map(({ value }) => value)).size < 2) return [];
    return [{ name, kind, meaning, rules: [...rules], values }];
  });
}

/** Runs of one target may have learned different values; then all are told. */
function valueOf(name: string, reports: readonly TraceReport[]): { value: string | null; stated: boolean } {
  const declared = reports.map((report) => report.declared[name]).find((value) => value !== undefined);
  if (declared !== undefined) return { value: declared, stated: true };
  const learned = new Set(reports.map((report) => report.learned[name]).filter((value) => value !== undefined));
  return { value: learned.size === 0 ? null : [...learned].toSorted().join(' or '), stated: false };
}
