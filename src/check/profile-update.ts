import { isMap, isNode, parseDocument, YAMLMap, YAMLSeq } from 'yaml';
import type { Document } from 'yaml';
import { isDeviation } from '../spec/choices.ts';
import { ruleById } from '../spec/rules.ts';
import { kindOfFunction } from './finding.ts';
import type { Finding } from './finding.ts';
import { commentsOf, settleComments } from './profile-comments.ts';
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
 * know, with an empty reason for a person to fill in. What people have written stays, comments too. A deviation is
 * never added: excusing a MUST is a decision of people. Choices on which the runs disagree are left out.
 *
 * A mistake that shows in many registers shows in others the next time. So where there are several findings of a rule
 * that nobody has said anything about, one entry takes their place, which accepts all that agrees with what they have in
 * common. Only entries that are as an update wrote them are replaced.
 */
export function updateProfileText(text: string, reports: readonly TraceReport[]): ProfileUpdate {
  const document = parseDocument(text, { intAsBigInt: true });
  if (document.contents === null) document.contents = new YAMLMap() as never;

  const choices = learnedByAll(reports).filter(([name]) => !isDeviation(name) && !document.hasIn(['choices', name]));
  if (choices.length > 0) collectionAt(document, 'choices', new YAMLMap());
  for (const [name, value] of choices) document.setIn(['choices', name], value);

  const findings = reports.flatMap((report) => report.findings);
  const fresh = findings.filter(({ known }) => !known);
  if (fresh.length > 0) addKnown(document, text, fresh, findings);
  const changed = choices.length > 0 || fresh.length > 0;
  return {
    text: changed ? document.toString({ lineWidth: 0 }) : text,
    choices: choices.map(([name, value]) => `${name}: ${value}`),
    findings: [...new Set(fresh.map(({ id }) => id))],
  };
}

function addKnown(
  document: Document,
  text: string,
  fresh: readonly JudgedFinding[],
  all: readonly JudgedFinding[],
): void {
  const known = collectionAt(document, 'known', new YAMLSeq());
  known.flow = false;
  settleComments(known, text);
  const add = (entry: Readonly<Record<string, string>>, mark: string): void => {
    const node = document.createNode({ ...entry, reason: '', owner: '' });
    node.commentBefore = ` ${mark}`;
    known.add(node);
  };
  const byId = new Map(all.map((finding) => [finding.id, finding]));
  const added = new Map(fresh.map((finding) => [finding.id, finding]));
  for (const rule of [...new Set(fresh.map((finding) => finding.rule))].toSorted()) {
    const mine = [...added.values()].filter((finding) => finding.rule === rule);
    // Entries that an earlier update has added, as far as it is known of which findings.
    const before = known.items.flatMap((item) => {
      const parts = isMap(item) ? partsOfEntry(item, rule, byId) : undefined;
      if (parts === undefined || !isUntouched(item as YAMLMap, rule, parts)) return [];
      return [{ item: item as YAMLMap, parts }];
    });
    const isFamily = before.some(({ item }) => !item.has('id'));
    if (isFamily || before.length + mine.length >= FAMILY_AT_LEAST) {
      const replaced = new Set<unknown>(before.map(({ item }) => item));
      known.items = known.items.filter((item) => !replaced.has(item));
      const common = inCommon([...before.map(({ parts }) => parts), ...mine.map(partsOf)]);
      add({ rule, ...common }, markOfFamily(rule, common));
    } else
      for (const finding of mine.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
        add({ id: finding.id }, markOfOne(rule, partsOf(finding)));
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

/** The comment over an entry of one finding. */
function markOfOne(rule: string, { register, shape }: Parts): string {
  return inOneLine(`${ruleById(rule)?.title ?? ''}: ${register}, ${shape}`);
}

/** The comment over a family. It names the parts again: where a person has changed them, the two differ. */
function markOfFamily(rule: string, parts: Parts): string {
  const named = PARTS.flatMap((part) => parts[part] ?? []).join(', ');
  return inOneLine(`${ruleById(rule)?.title ?? ''}, several findings${named === '' ? '' : `: ${named}`}`);
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Whether an entry is as an update wrote it: no words of a person, no comment but the mark of the update, no anchor. */
function isUntouched(item: YAMLMap, rule: string, parts: Parts): boolean {
  if (item.anchor !== undefined) return false;
  const mark = item.has('id') ? markOfOne(rule, parts) : markOfFamily(rule, parts);
  return commentsOf(item) === mark && ['reason', 'owner', 'until'].every((key) => (item.get(key) ?? '') === '');
}

/** The collection at a key, made if there is none. The comment of a key without value stays. */
function collectionAt<T extends YAMLMap | YAMLSeq>(document: Document, key: string, empty: T): T {
  const there = document.get(key, true);
  if (there?.constructor === empty.constructor) return there as unknown as T;
  if (isNode(there)) empty.comment = there.comment ?? null;
  document.set(key, empty);
  return empty;
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
