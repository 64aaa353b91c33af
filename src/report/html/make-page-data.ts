/** Everything that a page shows, made from the results of a run. */

import type { Results } from '../../check/results-schema.ts';
import { CHOICES } from '../../spec/choices.ts';
import { IMPLEMENTED, NOT_OBSERVABLE } from '../../spec/implemented.ts';
import { needsOf } from '../../spec/needs.ts';
import { RULES, ruleById } from '../../spec/rules.ts';
import type { Rule } from '../../spec/rules.ts';
import { className } from '../class-names.ts';
import { groupDigits, plural } from '../wrap.ts';
import { inert } from './inert.ts';
import type {
  PageChoice,
  PageCurve,
  PageData,
  PageField,
  PageFinding,
  PageInput,
  PagePicture,
  PageRule,
  RuleState,
} from './page-data.ts';
import type { NamedTimeline } from './pictures.ts';
import { picturesOf } from './pictures.ts';
import { verdictOf } from './verdict.ts';

type ResultFinding = Results['findings'][number];

/** What a page has that `results.json` has not. */
export interface PageSources {
  results: Results;
  /** Ids of rules that were not judged. */
  skip: ReadonlySet<string>;
  /** Of the traces that were checked, or of the failures that were found, in order of name. */
  timelines: readonly NamedTimeline[];
  /** Failures or scenarios whose traces are not among them. */
  untold: number;
  curves: readonly PageCurve[];
  /** Scenarios by the failure or the input that they are of. */
  scenarios: ReadonlyMap<string, string>;
  /** Files of the report by name, where failures have some. */
  files: ReadonlyMap<string, string>;
  /** The command that runs an input again. */
  again: (input: string) => string;
}

const FINDINGS_AT_MOST = 20_000;
const NOTES_AT_MOST = 1000;
const STEPS_AT_MOST = 200;
const FUNCTIONS_AT_MOST = 300;

export function makePageData(sources: PageSources): PageData {
  const { results, skip } = sources;
  const gating = new Set(results.verdict.gating);
  const pictures = picturesOf(sources.timelines);
  const shown = pictures.filter((picture) => picture !== undefined);
  const fields = new FieldTables();
  const failures = new Map(results.findings.map(({ id, failure }) => [id, failure]));
  const told = order(results.findings, gating).slice(0, FINDINGS_AT_MOST);
  return inert<PageData>({
    tool: results.tool,
    command: results.command,
    target: results.target.kind,
    seed: results.seed ?? '',
    ...verdictOf(results, skip.size),
    totals: totalsOf(results),
    rules: rulesOf(results, skip),
    findings: told.map((finding) => pageFinding(finding, gating.has(finding.id), sources, failures, shown, fields)),
    fields: fields.list,
    inputs: results.inputs.map(pageInput),
    choices: choicesOf(results),
    excused: Object.entries(results.choices.excused).flatMap(([choice, rules]) =>
      Object.entries(rules).map(([rule, count]) => ({ choice, rule, count })),
    ),
    complaints: results.profile.map(({ profile, line, id, what }) => `${profile}:${line}: ${id} ${what}`),
    notes: results.notes.slice(0, NOTES_AT_MOST).map(({ input, line, topic, function: f, text, count }) => {
      return { where: line > 0 ? `${input}:${line}` : input, topic, function: f, text, count };
    }),
    pictures: shown,
    curves: [...sources.curves],
    omissions: omissionsOf(sources, pictures),
  });
}

function omissionsOf({ results, untold }: PageSources, pictures: readonly (PagePicture | undefined)[]): string[] {
  const { findings, notes } = results;
  const left = pictures.filter((picture) => picture === undefined).length;
  const omitted = pictures.reduce((sum, one) => sum + (one?.omitted.regions ?? 0) + (one?.omitted.vectors ?? 0), 0);
  const coarse = pictures
    .flatMap((picture) => [...(picture?.regions ?? []), ...(picture?.vectors ?? [])])
    .filter(({ grain }) => grain > 0).length;
  const rest = (all: number, most: number): string => `${groupDigits(most)} of ${groupDigits(all)}`;
  return [
    ...(findings.length > FINDINGS_AT_MOST
      ? [`${rest(findings.length, FINDINGS_AT_MOST)} findings are on this page; all are in results.json.`]
      : []),
    ...(notes.length > NOTES_AT_MOST
      ? [`${rest(notes.length, NOTES_AT_MOST)} notes are on this page; all are in results.json.`]
      : []),
    ...(left > 0 ? [`${plural(left, 'timeline')} would make this page too large: see timeline.json.`] : []),
    ...(untold > 0 ? [`${plural(untold, 'recording')} more than a page bears, without a timeline.`] : []),
    ...(omitted > 0 ? [`${plural(omitted, 'lane')} beyond what is followed of one trace.`] : []),
    ...(coarse > 0
      ? [`${plural(coarse, 'lane')} with so many changes that those near to each other are drawn as one.`]
      : []),
  ];
}

/** What fails the run first, then what is new, then what is known; each by rule, with what stands for others in front. */
function order(findings: readonly ResultFinding[], gating: ReadonlySet<string>): ResultFinding[] {
  const rank = ({ id, known, alike }: ResultFinding): number =>
    2 * (gating.has(id) ? 0 : known ? 2 : 1) + (alike === null ? 0 : 1);
  return findings.toSorted((one, other) => rank(one) - rank(other));
}

/** Layouts of dwords, each once: many findings are of the same register. */
class FieldTables {
  readonly list: PageField[][] = [];
  private readonly places = new Map<string, number>();

  place(fields: readonly PageField[]): number {
    const key = JSON.stringify(fields);
    let place = this.places.get(key);
    if (place === undefined) {
      this.places.set(key, (place = this.list.length));
      this.list.push(fields.map((one) => ({ ...one })));
    }
    return place;
  }
}

function pageFinding(
  finding: ResultFinding,
  gating: boolean,
  { files, scenarios, again, timelines }: PageSources,
  failures: ReadonlyMap<string, string | null>,
  pictures: readonly PagePicture[],
  fields: FieldTables,
): PageFinding {
  const { id, rule, count, input, line, index, failure, bits } = finding;
  const { access, kind, register, shape, expected, actual, explanation, excusedBy, known, reason, reproduced } =
    finding;
  // What another finding stands for is run again by the steps of that one.
  const stands = failure ?? failures.get(finding.alike ?? '') ?? null;
  const name = failure ?? input;
  const steps = scenarios.get(name)?.trimEnd().split('\n') ?? [];
  const command = stands === null ? undefined : files.get(`${stands}/command.txt`)?.trim();
  const timeline = timelines.find((one) => one.name === name);
  const at = timeline?.divergences.find(([, one]) => one === id)?.[0];
  return {
    id,
    rule,
    count,
    where: line > 0 ? `${input}:${line}` : input,
    index: at ?? (failure === null ? index : -1),
    access,
    function: finding.function,
    kind,
    register,
    shape,
    expected,
    actual,
    explanation,
    excusedBy,
    known,
    reason,
    gating,
    reproduced,
    alike: finding.alike,
    bits: bits === undefined ? null : { ...bits, fields: fields.place(bits.fields) },
    steps: steps.slice(0, STEPS_AT_MOST),
    stepsOmitted: Math.max(0, steps.length - STEPS_AT_MOST),
    before: timeline?.timeline.before[id] ?? [],
    command: command ?? again(input),
    place: command === undefined ? '' : (stands ?? ''),
    picture: pictures.findIndex((picture) => picture.name === name),
  };
}

/** All rules of the catalogue with where they stand; those of `TARGET` only where something was found. */
function rulesOf(results: Results, skip: ReadonlySet<string>): PageRule[] {
  const counts = new Map(results.rules.map((rule) => [rule.id, rule]));
  const catalogue = new Set(RULES.map(({ id }) => id));
  const without = new Set(results.notApplicable);
  const others = results.rules.flatMap(({ id }) => (catalogue.has(id) ? [] : (ruleById(id) ?? [])));
  return [...RULES, ...others].map((rule) => {
    const { id, area, strength, title, citation, statement } = rule;
    const { exercised = 0, broken = 0 } = counts.get(id) ?? {};
    const state = skip.has(id) ? 'switched off' : stateOf(rule, exercised, broken, without);
    return {
      id,
      area,
      strength,
      title,
      citation,
      statement,
      state,
      exercised,
      broken,
      why: whyOf(id, state),
    };
  });
}

function stateOf({ id }: Rule, exercised: number, broken: number, without: ReadonlySet<string>): RuleState {
  if (broken > 0) return 'broken';
  if (exercised > 0) return 'exercised';
  if (NOT_OBSERVABLE.has(id) && !IMPLEMENTED.has(id)) return 'not observable';
  return without.has(id) ? 'not applicable' : 'never reached';
}

function whyOf(id: string, state: RuleState): string {
  if (state === 'not observable') return NOT_OBSERVABLE.get(id) ?? '';
  if (state !== 'not applicable') return '';
  const needs = needsOf(id);
  if (needs.includes('CAM')) return 'the machine has no configuration ports.';
  return `no function that was looked at has ${needs.join(' or ')}.`;
}

function totalsOf({ totals, campaign, inputs }: Results): [string, string][] {
  const rows: [string, number][] = [
    ['accesses', totals.accesses],
    ['events', totals.events],
    ['accesses of sweeps', totals.sweepAccesses],
    ['undecoded', totals.undecoded],
    ['rules exercised', totals.rulesExercised],
    ['rules broken', totals.rulesBroken],
    ['divergences', totals.divergences],
    ['lanes', campaign?.lanes ?? 0],
    ['rounds', campaign?.rounds ?? 0],
    ['features reached', campaign?.features ?? 0],
  ];
  const always = new Set(['accesses', 'rules exercised', 'rules broken', 'divergences']);
  return [
    [inputs.length === 1 ? 'input' : 'inputs', groupDigits(inputs.length)],
    ...rows
      .filter(([name, count]) => count > 0 || always.has(name))
      .map(([name, count]): [string, string] => [name, groupDigits(count)]),
    ['bits known beforehand', `${(Math.floor(totals.knownBits * 1000) / 10).toFixed(1)} %`],
  ];
}

function pageInput(input: Results['inputs'][number]): PageInput {
  const { name, sha256, format, profile, accesses, events, undecoded, problems, problemCount, functions, origin } =
    input;
  return {
    name,
    sha256,
    format,
    profile: profile ?? '',
    accesses,
    events,
    undecoded: Object.values(undecoded).reduce((sum, count) => sum + count, 0),
    knownBits: input.knownBits,
    problems: problems.slice(0, 20),
    problemCount,
    functions: functions.slice(0, FUNCTIONS_AT_MOST).map(({ function: f, vendor, device, classCode }) => {
      const code = /^[0-9a-f]{6}$/.test(classCode) ? Number.parseInt(classCode, 16) : -1;
      return { function: f, kind: `${vendor}:${device}`, class: code < 0 ? '' : classWords(code) };
    }),
    origin: Object.entries(origin),
  };
}

/** `Ethernet controller`; of a class without a name its number. */
function classWords(code: number): string {
  const name = className(code);
  return name === 'Class' ? `class ${code.toString(16).padStart(6, '0')}` : name;
}

function choicesOf({ choices: { inForce, learned } }: Results): PageChoice[] {
  const meaning = (name: string): string => CHOICES.find((choice) => choice.name === name)?.meaning ?? '';
  const rows = (values: Readonly<Record<string, string>>, how: PageChoice['how']): PageChoice[] =>
    Object.entries(values).map(([name, value]) => ({ name, value, how, meaning: meaning(name) }));
  return [...rows(inForce, 'stated'), ...rows(learned, 'learned')];
}
