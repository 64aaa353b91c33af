import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Invocation, Log } from 'sarif';
import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import type { Verdict } from '../check/gate.ts';
import { makeResults } from '../check/results.ts';
import type { LiveRun } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { IMPLEMENTED } from '../spec/implemented.ts';
import { RULES, ruleById } from '../spec/rules.ts';
import type { Checkout } from './checkout.ts';
import { sarifLog, sarifText } from './sarif.ts';

/** The schema of SARIF 2.1.0 as a package of Microsoft carries it. It is of draft 4, of which it uses nothing that has changed. */
const require = createRequire(import.meta.url);
const {
  $schema: _,
  id: __,
  ...schema
} = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Record<string, unknown>;
const isReference = (text: string): boolean => /^(?:[\w.~!$&'()*+,;=:@/?#-]|%[0-9a-fA-F]{2})*$/.test(text);
const validate = new Ajv2020({
  strict: false,
  allErrors: true,
  unicodeRegExp: false,
  formats: { uri: /^[a-z][a-z0-9+.-]*:\S*$/i, 'uri-reference': isReference, 'date-time': true },
}).compile(schema);

const CHECKOUT = { directory: '/srv/ci', root: '/srv' };
const LIVE: LiveRun = { target: 'exec', seed: 'a seed', sweepAccesses: 3, failures: new Map() };

/** The log, which is also written and held against the schema. */
function sarif(
  reports: readonly TraceReport[],
  { live, command = 'check', checkout = CHECKOUT, ...given }: Partial<Given> = {},
): Log['runs'][number] {
  const verdict = makeVerdict(given);
  const results = makeResults(command, 'barometer 1.2.3', reports, verdict, live);
  const text = sarifText(results, checkout);
  const log = JSON.parse(text) as Log;
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  expect(text).not.toMatch(ODD);
  expect(log).toEqual(JSON.parse(JSON.stringify(sarifLog(results, checkout))));
  return log.runs[0]!;
}
interface Given extends Verdict {
  checkout: Checkout;
  live: LiveRun;
  command: string;
}

test('the schema refuses what is no SARIF', () => {
  expect(validate({ version: '2.1.0' })).toBe(false);
  expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: {} }] }] })).toBe(
    false,
  );
});

test('a finding is a result of its rule, at its line of the trace, with an identity that does not change', () => {
  const finding = makeFinding();
  const run = sarif([makeReport({ name: 'traces/a b.txt', findings: [finding] })], {
    gating: [finding.id],
    status: 1,
  });
  const [result] = run.results!;
  expect(result).toMatchObject({
    ruleId: 'BAR-003',
    level: 'error',
    kind: 'fail',
    occurrenceCount: 1,
    partialFingerprints: { 'barometerFinding/v1': finding.id, primaryLocationLineHash: finding.id },
    properties: { gates: true, strength: 'MUST' },
  });
  expect(result!.message.text).toContain('expected 0x0, found 0x1. The low address bits are hardwired to zero.');
  expect(result!.locations![0]!.physicalLocation).toEqual({
    artifactLocation: { uri: 'ci/traces/a%20b.txt', uriBaseId: '%SRCROOT%' },
    region: { startLine: 8 },
  });
  expect(result!.suppressions).toBeUndefined();
  expect(run.tool.driver.rules![result!.ruleIndex!]!.id).toBe('BAR-003');
  expect(run.invocations).toMatchObject([{ executionSuccessful: true, exitCode: 1 }]);
});

test('each rule that was exercised has its help, also where nothing broke it', () => {
  const { rules = [] } = sarif([makeReport({ exercised: Object.fromEntries([...IMPLEMENTED].map((id) => [id, 1])) })])
    .tool.driver;
  expect(rules.length).toBe(IMPLEMENTED.size);
  for (const rule of rules) {
    const { statement, citation } = ruleById(rule.id)!;
    // Only braces are written otherwise.
    expect(rule.help!.text!.replaceAll('{{', '{').replaceAll('}}', '}')).toContain(statement.replaceAll('](', '] ('));
    expect(rule.help!.text).toContain(citation);
    expect(rule.help!.markdown).toContain('**Statement**');
    for (const { text = '' } of [rule.shortDescription!, rule.fullDescription!]) {
      expect(text.length).toBeLessThanOrEqual(1100);
      expect(text).not.toBe('');
    }
    expect((rule.properties!['tags'] as string[]).length).toBeLessThanOrEqual(10);
  }
});

test('the level is that of the strength', () => {
  const levels = new Map<string, string>();
  for (const strength of ['MUST', 'UNDEFINED', 'SHOULD', 'MAY', 'FIRMWARE-CONVENTION'] as const) {
    const rule = RULES.find((one) => one.strength === strength)!.id;
    levels.set(strength, sarif([makeReport({ findings: [makeFinding({ rule })] })]).results![0]!.level!);
  }
  expect(Object.fromEntries(levels)).toEqual({
    MUST: 'error',
    UNDEFINED: 'error',
    SHOULD: 'warning',
    MAY: 'note',
    'FIRMWARE-CONVENTION': 'note',
  });
});

test('a known finding is a suppressed result, with the reason', () => {
  const finding = makeFinding({}, { known: true, reason: 'it is meant' });
  const [result] = sarif([makeReport({ findings: [finding] })]).results!;
  expect(result!.suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: 'it is meant' }]);
});

test('a finding of several traces is one result, which knows the other places', () => {
  const finding = makeFinding();
  const [result, ...others] = sarif([
    makeReport({ name: 'one', findings: [finding] }),
    makeReport({ name: 'two', findings: [{ ...finding, count: 5 }] }),
  ]).results!;
  expect(others).toEqual([]);
  expect(result!.relatedLocations).toMatchObject([
    { physicalLocation: { artifactLocation: { uri: 'ci/two' } }, message: { text: '5 occurrences' } },
  ]);
});

test('on a live target the place is the scenario of the failure, beside the report', () => {
  const finding = makeFinding({ line: 0 });
  const other = makeFinding({ line: 0, register: 'BAR 1' });
  const failure = { failure: `failures/${finding.id}`, steps: 3, reproduced: true };
  const live = { ...LIVE, failures: new Map([[finding.id, failure]]) };
  const reports = [makeReport({ name: 'exec:./adapter', findings: [finding, other] })];
  const run = sarif(reports, { live, command: 'fuzz' });
  const uris = run.results!.map((result) => result.locations![0]!.physicalLocation!.artifactLocation);
  expect(uris).toContainEqual({ uri: `failures/${finding.id}/scenario.txt`, uriBaseId: 'REPORT' });
  // A target is no file.
  expect(uris).toContainEqual({ uri: 'results.json', uriBaseId: 'REPORT' });
  expect(run.artifacts).toEqual([]);
  expect(run.properties).toMatchObject({ seed: 'a seed', target: 'exec' });
});

test('a scenario that was run is the place of what it shows', () => {
  const run = sarif([makeReport({ name: 's.txt', findings: [makeFinding({ line: 0 })] })], {
    live: LIVE,
    command: 'run',
  });
  expect(run.results![0]!.locations![0]!.physicalLocation!.artifactLocation).toEqual({
    uri: 'ci/s.txt',
    uriBaseId: '%SRCROOT%',
  });
});

test('a trace that cannot be read in full is told, and standard input is no file', () => {
  const run = sarif([makeReport({ name: '-', ...CUT, findings: [makeFinding()] })], { status: 2 });
  expect(run.invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: 'a.txt:7: the trace breaks off here' } }],
    },
  ]);
  expect(run.results![0]!.locations![0]!.physicalLocation!.artifactLocation!.uri).toBe('results.json');
});

test('files of the repository have the same places wherever it lies, and however they were named', () => {
  const made = (root: string, name: string): Log['runs'][number] =>
    sarif([makeReport({ name, profile: 'p.yaml', findings: [makeFinding()] })], {
      checkout: { directory: `${root}/ci`, root },
      complaints: [{ profile: './p.yaml', line: 3, id: 'BAR-003-00000000', what: 'did not occur' }],
    });
  const run = made('/srv', './t/../a.txt');
  const place = { uri: 'ci/a.txt', uriBaseId: '%SRCROOT%' };
  expect(run.results![0]!.locations![0]!.physicalLocation!.artifactLocation).toEqual(place);
  expect(run.artifacts).toMatchObject([{ location: place }]);
  expect(run.invocations![0]!.toolConfigurationNotifications![0]!.locations![0]!.physicalLocation).toEqual({
    artifactLocation: { uri: 'ci/p.yaml', uriBaseId: '%SRCROOT%' },
    region: { startLine: 3 },
  });
  expect(made('/home/x', './t/../a.txt')).toEqual(run);
  expect(made('/home/x', '/home/x/ci/a.txt')).toEqual(run);
  // Nothing says where it lies.
  expect(Object.values(run.originalUriBaseIds!).every(({ uri }) => uri === undefined)).toBe(true);
  expect(Object.keys(run.originalUriBaseIds!)).toEqual(['%SRCROOT%', 'REPORT']);
  const outside = made('/srv', '/tmp/[a] b.txt').artifacts;
  expect(outside).toMatchObject([{ location: { uri: 'file:///tmp/%5Ba%5D%20b.txt' } }]);
});

test('a file that was named twice is one artifact', () => {
  const { artifacts } = sarif([makeReport({ name: 'a.txt' }), makeReport({ name: './a.txt' })]);
  expect(artifacts).toHaveLength(1);
});

test.each([
  [true, 1, 'error'],
  [false, 0, 'note'],
] as const)(
  'what only --strict does not let pass (strict: %s) is told, and the status is the same',
  (fails, status, level) => {
    const run = sarif([makeReport({ name: 's.txt' })], {
      command: 'run',
      live: LIVE,
      status,
      objections: [
        { kind: 'unbound', where: 't.txt', what: 'it cannot be bound: there is no {bridge}.', fails },
        { kind: 'differing', where: 'lane 3', what: 'the target does not do the same twice.', fails },
      ],
    });
    const [{ exitCode, executionSuccessful, toolExecutionNotifications }] = run.invocations as [Invocation];
    expect({ exitCode, executionSuccessful }).toEqual({ exitCode: status, executionSuccessful: true });
    expect(toolExecutionNotifications).toEqual([
      {
        level,
        message: { text: 't.txt: it cannot be bound: there is no {{bridge}}.' },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'ci/t.txt', uriBaseId: '%SRCROOT%' } } }],
      },
      { level, message: { text: 'lane 3: the target does not do the same twice.' } },
    ]);
  },
);

test('beyond what GitHub takes the lightest findings are left out, and that is said', () => {
  const shape = (index: number): string => `shape ${index}`;
  const known = Array.from({ length: 25_000 }, (_one, index) => makeFinding({ shape: shape(index) }, { known: true }));
  const fresh = Array.from({ length: 3 }, (_one, index) => makeFinding({ shape: `new ${index}` }));
  const findings = [...known, ...fresh];
  const log = sarifLog(
    makeResults(
      'check',
      'barometer 1.2.3',
      [makeReport({ findings })],
      makeVerdict({ gating: fresh.map(({ id }) => id) }),
    ),
    CHECKOUT,
  );
  const [{ results, invocations }] = log.runs as [Log['runs'][number]];
  expect(results!.length).toBe(25_000);
  expect(results!.slice(0, 4).map(({ suppressions }) => suppressions === undefined)).toEqual([true, true, true, false]);
  expect(invocations![0]!.toolExecutionNotifications).toMatchObject([
    { message: { text: '3 findings of the least weight are left out here, and in results.json.' } },
  ]);
});

test('of many traces no more places than GitHub shows are told', () => {
  const finding = makeFinding();
  const reports = Array.from({ length: 150 }, (_one, index) => makeReport({ name: `t${index}`, findings: [finding] }));
  const [result] = sarif(reports).results!;
  expect(result!.locations!.length + result!.relatedLocations!.length).toBe(100);
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: stays text of its message, without a link or a placeholder',
  (_name, text) => {
    const finding = makeFinding(
      { register: text, shape: text, expected: text, actual: text, explanation: text },
      { known: true, reason: text },
    );
    const name = text.slice(0, 200);
    const run = sarif([makeReport({ name, profile: name, findings: [finding], problems: [text], problemCount: 1 })]);
    const messages = [
      run.results![0]!.message.text!,
      ...run.invocations![0]!.toolExecutionNotifications!.map(({ message }) => message.text!),
    ];
    for (const message of messages) {
      expect(message.length).toBeLessThan(10_000);
      expect(message).not.toContain('](');
      expect(message.replaceAll(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/);
      expect(message).not.toMatch(ODD);
    }
    const path = posix.normalize(`ci/${name}`).replaceAll(/\p{Cs}/gu, '\uFFFD');
    expect(decodeURIComponent(run.artifacts![0]!.location!.uri!)).toBe(path);
  },
);
