import { isMap, isSeq, parseDocument, YAMLMap } from 'yaml';
import type { Document, YAMLSeq } from 'yaml';
import { isDeviation } from '../spec/choices.ts';
import { ruleById } from '../spec/rules.ts';
import { kindOfFunction } from './finding.ts';
import type { Finding } from './finding.ts';
import type { JudgedFinding, TraceReport } from './trace-report.ts';

export interface ProfileUpdate {
  /** The new text of the file; the old one, byte for byte, when nothing was added. */
  text: string;
  choices: readonly string[];
  findings: readonly string[];
}

/** Findings of one rule from which on what they have in common is accepted. */
const FAMILY_AT_LEAST = 3;

/**
 * Adds what runs learned to the text of a profile: choices that it does not state yet, and findings that it does not
 * know, with an empty reason for a person to fill in. What the file says already stays, comments too. A deviation is
 * never added: excusing a MUST is a decision of people. Choices on which the runs disagree are left out.
 *
 * A mistake that shows in many registers shows in others the next time. So where there are several findings of a rule
 * that nobody has said anything about, one entry takes their place, which accepts all that agrees with what they have in
 * common.
 */
export function updateProfileText(text: string, reports: readonly TraceReport[]): ProfileUpdate {
  const document = parseDocument(text, { intAsBigInt: true });
  if (document.contents === null) document.contents = new YAMLMap() as never;

  const choices = learnedByAll(reports).filter(([name]) => !isDeviation(name) && !document.hasIn(['choices', name]));
  if (choices.length > 0 && !isMap(document.get('choices', true))) document.set('choices', new YAMLMap());
  for (const [name, value] of choices) document.setIn(['choices', name], value);

  const findings = reports.flatMap((report) => report.findings);
  const fresh = findings.filter(({ known }) => !known);
  if (fresh.length > 0) addKnown(document, fresh, findings);
  const changed = choices.length > 0 || fresh.length > 0;
  return {
    text: changed ? document.toString({ lineWidth: 0 }) : text,
    choices: choices.map(([name, value]) => `${name}: ${value}`),
    findings: [...new Set(fresh.map(({ id }) => id))],
  };
}

function addKnown(document: Document, fresh: readonly JudgedFinding[], all: readonly JudgedFinding[]): void {
  if (!isSeq(document.get('known', true))) document.set('known', document.createNode([]));
  const known = document.get('known', true) as YAMLSeq;
  known.flow = false;
  const add = (entry: Readonly<Record<string, string>>, comment: string): void => {
    const node = document.createNode({ ...entry, reason: '', owner: '' });
    node.commentBefore = comment.replaceAll(/\s+/g, ' ');
    known.add(node);
  };
  const byId = new Map(all.map((finding) => [finding.id, finding]));
  const added = new Map(fresh.map((finding) => [finding.id, finding]));
  for (const rule of [...new Set(fresh.map((finding) => finding.rule))].toSorted()) {
    const title = ruleById(rule)?.title ?? '';
    const mine = [...added.values()].filter((finding) => finding.rule === rule);
    // Entries that an earlier update has added, as far as it is known of which findings.
    const before = known.items.flatMap((item) => {
      const parts = isMap(item) && isWithoutWords(item) ? partsOfEntry(item, rule, byId) : undefined;
      return parts === undefined ? [] : [{ item, parts }];
    });
    const isFamily = before.some(({ item }) => isMap(item) && !item.has('id'));
    if (isFamily || before.length + mine.length >= FAMILY_AT_LEAST) {
      const replaced = new Set(before.map(({ item }) => item));
      known.items = known.items.filter((item) => !replaced.has(item));
      const common = inCommon([...before.map(({ parts }) => parts), ...mine.map(partsOf)]);
      add({ rule, ...common }, ` ${title}, several findings`);
    } else
      for (const { id, first } of mine.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
        add({ id }, ` ${title}: ${first.register}, ${first.shape}`);
  }
}

/** What the findings of a family may share, beside their rule. */
type Parts = Readonly<Partial<Record<(typeof PARTS)[number], string>>>;
const PARTS = ['function', 'register', 'shape'] as const;

function partsOf({ first }: Finding): Parts {
  return { function: kindOfFunction(first.function), register: first.register, shape: first.shape };
}

/** Undefined: the entry is not of this rule, or of a finding that these runs did not meet. */
function partsOfEntry(item: YAMLMap, rule: string, byId: ReadonlyMap<string, Finding>): Parts | undefined {
  const id = item.get('id');
  if (typeof id === 'string') {
    const finding = byId.get(id);
    return finding?.rule === rule ? partsOf(finding) : undefined;
  }
  if (item.get('rule') !== rule) return undefined;
  return Object.fromEntries(PARTS.flatMap((part) => (item.has(part) ? [[part, String(item.get(part))]] : [])));
}

function inCommon([first = {}, ...others]: readonly Parts[]): Parts {
  const shared = PARTS.filter((part) => first[part] !== undefined && others.every((one) => one[part] === first[part]));
  return Object.fromEntries(shared.map((part) => [part, first[part]]));
}

/** Whether nobody has said anything in an entry yet. */
function isWithoutWords(item: YAMLMap): boolean {
  return ['reason', 'owner', 'until'].every((key) => (item.get(key) ?? '') === '');
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
