/**
 * A run as SARIF 2.1.0 (OASIS Standard, 2020), within what GitHub takes: `results.sarif`. Known findings are suppressed
 * results, so that what is shown is what is new.
 */
import type { Artifact, Invocation, Location, Log, Notification, PhysicalLocation, Result } from 'sarif';
import type { Results } from '../check/results-schema.ts';
import { inertJson, inertLine } from '../core/inert-text.ts';
import { artifactLocation, REPOSITORY, uriOf } from './checkout.ts';
import type { Checkout } from './checkout.ts';
import { plural } from './wrap.ts';
import { levelOf, literal, sarifRules } from './sarif-rules.ts';

type Finding = Results['findings'][number];

/** What GitHub takes of a run; of these it shows 5000, the heaviest first. */
const RESULTS_AT_MOST = 25_000;
/** Places of a result that GitHub shows. */
const LOCATIONS_AT_MOST = 100;
/** Problems of the inputs that are told. */
const PROBLEMS_AT_MOST = 100;
/** Letters of a part of a message. */
const PART_AT_MOST = 1000;
const MESSAGE_AT_MOST = 4 * PART_AT_MOST;

/** The base of files beside `results.sarif`. */
const REPORT = 'REPORT';

/** The document's bytes. `checkout`: where the run was carried out. */
export function sarifText(results: Results, checkout: Checkout): string {
  return inertJson(sarifLog(results, checkout));
}

export function sarifLog(results: Results, checkout: Checkout): Log {
  const gating = new Set(results.verdict.gating);
  const rules = sarifRules(results);
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  const ordered = byWeight(results.findings, gating);
  const told = ordered.slice(0, RESULTS_AT_MOST);
  const places = placesOf(results);
  const [name = '', version = ''] = results.tool.split(' ');
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name, version, semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        // Where they are differs from machine to machine, so it is not said (3.14.14).
        originalUriBaseIds: {
          [REPOSITORY]: { description: { text: 'The root of the repository, else where Barometer was run.' } },
          [REPORT]: { description: { text: 'The directory of this report.' } },
        },
        invocations: [invocation(results, checkout, ordered.length - told.length)],
        artifacts: artifacts(results, checkout),
        results: told.map((finding) =>
          sarifResult(
            finding,
            indices.get(finding.rule),
            gating.has(finding.id),
            places.get(finding.id) ?? [],
            (input, line) => ({ physicalLocation: physicalLocation(results, checkout, finding.failure, input, line) }),
          ),
        ),
        properties: {
          command: results.command,
          target: results.target.kind,
          ...(results.seed === null ? {} : { seed: results.seed }),
          totals: results.totals,
        },
      },
    ],
  };
}

/** First what fails the run, then what is new, then what is known; of each the heaviest first. What is cut is the end. */
function byWeight(findings: readonly Finding[], gating: ReadonlySet<string>): Finding[] {
  const levels = ['error', 'warning', 'note'];
  const weight = (finding: Finding): number =>
    (finding.known ? 6 : gating.has(finding.id) ? 0 : 3) + levels.indexOf(levelOf(finding.strength));
  return findings.toSorted((one, other) => weight(one) - weight(other));
}

function sarifResult(
  finding: Finding,
  ruleIndex: number | undefined,
  isGating: boolean,
  places: readonly Place[],
  location: (input: string, line: number) => Location,
): Result {
  const { id, rule, strength, kind, register, shape, known, reason } = finding;
  const others = places.filter(({ input }) => input !== finding.input).slice(0, LOCATIONS_AT_MOST - 1);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    kind: 'fail',
    level: levelOf(strength),
    message: { text: literal(messageOf(finding), MESSAGE_AT_MOST) },
    locations: [
      {
        ...location(finding.input, finding.line),
        logicalLocations: [
          { name: inertLine(register), fullyQualifiedName: inertLine(`${kind}, ${register}`), kind: 'register' },
        ],
      },
    ],
    ...(others.length === 0
      ? {}
      : {
          relatedLocations: others.map(({ input, line, count }, index) => ({
            ...location(input, line),
            id: index + 1,
            message: { text: plural(count, 'occurrence') },
          })),
        }),
    occurrenceCount: finding.count,
    // The second is the one that GitHub goes by; left to itself it would hash the line of the trace.
    partialFingerprints: { 'barometerFinding/v1': id, primaryLocationLineHash: id },
    ...(known
      ? { suppressions: [{ kind: 'external', status: 'accepted', justification: inertLine(reason) } as const] }
      : {}),
    properties: {
      id,
      strength,
      gates: isGating,
      kind: inertLine(kind),
      register: inertLine(register),
      shape: inertLine(shape),
      access: inertLine(finding.access),
      index: finding.index,
      excusedBy: finding.excusedBy,
      reproduced: finding.reproduced,
      ...(finding.failure === null ? {} : { failure: finding.failure, steps: finding.steps }),
    },
  };
}

function messageOf(finding: Finding): string {
  const part = (text: string): string => inertLine(text, PART_AT_MOST);
  const whose = finding.kind === 'none' ? '' : ` of ${finding.kind}`;
  return (
    `${finding.title}: ${part(finding.register)}${whose}: expected ${part(finding.expected)}, ` +
    `found ${part(finding.actual)}. ${part(finding.explanation)}`
  );
}

/** Where a finding occurred, by input. */
interface Place {
  input: string;
  line: number;
  count: number;
}

function placesOf({ inputs }: Results): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const { name, findings } of inputs) {
    for (const { id, line, count } of findings) {
      const place = { input: name, line, count };
      const mine = places.get(id);
      if (mine === undefined) places.set(id, [place]);
      else mine.push(place);
    }
  }
  return places;
}

/** The trace and its line, or the scenario that shows it; what has no file of its own is in `results.json`. */
function physicalLocation(
  results: Results,
  checkout: Checkout,
  failure: string | null,
  input: string,
  line: number,
): PhysicalLocation {
  const region = { startLine: Math.max(1, line) };
  const file = fileOf(results, input);
  if (failure !== null)
    return { artifactLocation: { uri: uriOf(`${failure}/scenario.txt`), uriBaseId: REPORT }, region };
  if (file === undefined) return { artifactLocation: { uri: 'results.json', uriBaseId: REPORT }, region };
  return { artifactLocation: artifactLocation(file, checkout), region };
}

/** The file that an input was read from, as the user typed it. */
export function fileOf(results: Results, input: string): string | undefined {
  if (results.command === 'start') return `corpora/traces/${input}/trace.txt.gz`;
  if (results.command === 'run') return results.comparison === undefined ? input : input.replace(/ on #\d+$/, '');
  return results.target.kind === 'trace' && input !== '-' ? input : undefined;
}

/** Whether a profile is one that comes with Barometer: it is called by its name, and files have a dot or a slash. */
export function isShipped(profile: string): boolean {
  return !/[./\\]/.test(profile);
}

/** Each file once, though it was named in several ways. */
function artifacts(results: Results, checkout: Checkout): Artifact[] {
  const byUri = new Map<string, Artifact>();
  for (const { name, sha256 } of results.inputs) {
    const file = fileOf(results, name);
    if (file === undefined) continue;
    const location = artifactLocation(file, checkout);
    // Of a file that was named twice, once without having been read, the sum stays.
    if (sha256 === '' && byUri.has(location.uri!)) continue;
    byUri.set(location.uri!, { location, ...(sha256 === '' ? {} : { hashes: { 'sha-256': sha256 } }) });
  }
  return [...byUri.values()];
}

function invocation(results: Results, checkout: Checkout, leftOut: number): Invocation {
  const { verdict, inputs, profile, objections } = results;
  const problems = inputs.flatMap((input) => input.problems).slice(0, PROBLEMS_AT_MOST);
  const notifications: Notification[] = problems.map((text) => ({
    level: 'error',
    message: { text: literal(inertLine(text), MESSAGE_AT_MOST) },
  }));
  if (leftOut > 0)
    notifications.push({
      level: 'warning',
      message: {
        text: `${plural(leftOut, 'finding')} of the least weight ${leftOut === 1 ? 'is' : 'are'} left out here, and in results.json.`,
      },
    });
  notifications.push(
    ...objections.map(({ kind, where, what, fails }): Notification => {
      const file = kind === 'unbound' || kind === 'undecoded' ? fileOf(results, where) : undefined;
      return {
        level: fails ? 'error' : 'note',
        message: { text: literal(inertLine(`${where}: ${what}`), MESSAGE_AT_MOST) },
        ...(file === undefined
          ? {}
          : { locations: [{ physicalLocation: { artifactLocation: artifactLocation(file, checkout) } }] }),
      };
    }),
  );
  return {
    executionSuccessful: verdict.status < 2,
    exitCode: verdict.status,
    toolExecutionNotifications: notifications,
    toolConfigurationNotifications: profile.map(({ profile: file, line, id, what }) => ({
      level: 'error',
      message: { text: literal(inertLine(`the known finding ${id} ${what}`)) },
      ...(isShipped(file)
        ? {}
        : {
            locations: [
              { physicalLocation: { artifactLocation: artifactLocation(file, checkout), region: { startLine: line } } },
            ],
          }),
    })),
  };
}
