/** The verdict of a run in a few words, for the head of a page. */

import type { Results } from '../../check/results-schema.ts';
import { objectionWords } from '../summary-text.ts';
import { plural } from '../wrap.ts';
import type { PageData } from './page-data.ts';

type Verdict = Pick<PageData, 'verdict' | 'headline' | 'details'>;

/** `off`: rules that were not judged. */
export function verdictOf(results: Results, off: number): Verdict {
  const { findings, inputs, profile, objections } = results;
  const { status } = results.verdict;
  const gating = new Set(results.verdict.gating);
  const failing = findings.filter(({ id }) => gating.has(id));
  const details = [
    ...restOf(results, gating),
    ...(off === 0 ? [] : [`${plural(off, 'rule')} switched off by --skip or --only.`]),
    ...inputs
      .filter(({ complete, problemCount }) => !complete || problemCount > 0)
      .map(({ name }) => `${name} could not be read in full.`),
    ...(profile.length === 0 ? [] : [`${plural(profile.length, 'entry', 'entries')} of the profile not in order.`]),
    ...objectionWords(objections).map((words) => `${words}.`),
  ];
  if (failing.length > 0) {
    const strengths = [...new Set(failing.map(({ strength }) => strength))].toSorted();
    const rules = new Set(failing.map(({ rule }) => rule)).size;
    const [only] = strengths;
    const of =
      strengths.length === 1
        ? `of ${only} strength`
        : `(${strengths.map((one) => `${failing.filter(({ strength }) => strength === one).length} ${one}`).join(', ')})`;
    return {
      verdict: 'diverges',
      headline: `${plural(failing.length, 'new finding')} ${of} in ${plural(rules, 'rule')}`,
      details,
    };
  }
  if (status === 0) return { verdict: 'conforms', headline: 'Conforms', details };
  if (status === 1) return { verdict: 'diverges', headline: strictWords(results), details };
  const headline = status === 130 ? 'Interrupted before the end' : 'Not everything could be checked';
  return { verdict: 'incomplete', headline, details };
}

/** Why a strict run fails where no finding makes it fail. */
function strictWords({ profile, objections }: Results): string {
  if (profile.length > 0) return 'The profile is not in order';
  return `${objectionWords(objections).join(', ')} (--strict)`;
}

/** What else was found, and how much of what was answered could be judged. */
function restOf({ findings, totals }: Results, gating: ReadonlySet<string>): string[] {
  const known = findings.filter((finding) => finding.known).length;
  const weak = findings.filter((finding) => !finding.known && !gating.has(finding.id)).length;
  return [
    ...(findings.length === 0 ? ['No access and no event was found that a rule forbids.'] : []),
    ...(known > 0 ? [`${plural(known, 'known finding')} that the profile accepts.`] : []),
    ...(weak > 0 ? [`${plural(weak, 'new finding')} of strengths that do not fail a run without --strict.`] : []),
    ...(totals.unreproduced > 0
      ? [`${plural(totals.unreproduced, 'finding')} did not come back on a fresh machine.`]
      : []),
  ];
}
