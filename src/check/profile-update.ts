import { isMap, isSeq, parseDocument, YAMLMap } from 'yaml';
import { isDeviation } from '../spec/choices.ts';
import { ruleById } from '../spec/rules.ts';
import type { TraceReport } from './trace-report.ts';

export interface ProfileUpdate {
  /** The new text of the file; the old one, byte for byte, when nothing was added. */
  text: string;
  choices: readonly string[];
  findings: readonly string[];
}

/**
 * Adds what runs learned to the text of a profile: choices that it does not state yet, and findings that it does not
 * know, with an empty reason for a person to fill in. What the file says already stays, comments too. A deviation is
 * never added: excusing a MUST is a decision of people. Choices on which the runs disagree are left out.
 */
export function updateProfileText(text: string, reports: readonly TraceReport[]): ProfileUpdate {
  const document = parseDocument(text, { intAsBigInt: true });
  if (document.contents === null) document.contents = new YAMLMap() as never;

  const choices = learnedByAll(reports).filter(([name]) => !isDeviation(name) && !document.hasIn(['choices', name]));
  if (choices.length > 0 && !isMap(document.get('choices', true))) document.set('choices', new YAMLMap());
  for (const [name, value] of choices) document.setIn(['choices', name], value);

  const fresh = new Map<string, string>();
  for (const finding of reports.flatMap((report) => report.findings)) {
    if (finding.known || fresh.has(finding.id)) continue;
    const title = ruleById(finding.rule)?.title ?? '';
    fresh.set(finding.id, ` ${title}: ${finding.first.register}, ${finding.first.shape}`.replaceAll(/\s+/g, ' '));
  }
  if (fresh.size > 0 && !isSeq(document.get('known', true))) document.set('known', document.createNode([]));
  const known = document.get('known', true);
  for (const [id, comment] of [...fresh].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const entry = document.createNode({ id, reason: '', owner: '' });
    entry.commentBefore = comment;
    if (isSeq(known)) {
      known.flow = false;
      known.add(entry);
    }
  }
  const changed = choices.length > 0 || fresh.size > 0;
  return {
    text: changed ? document.toString({ lineWidth: 0 }) : text,
    choices: choices.map(([name, value]) => `${name}: ${value}`),
    findings: [...fresh.keys()],
  };
}

function learnedByAll(reports: readonly TraceReport[]): [string, string][] {
  const values = new Map<string, Set<string>>();
  for (const report of reports) {
    for (const [name, value] of Object.entries(report.learned)) {
      values.set(name, (values.get(name) ?? new Set<string>()).add(value));
    }
  }
  return [...values]
    .flatMap(([name, set]): [string, string][] => (set.size === 1 ? [[name, [...set][0] as string]] : []))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}
