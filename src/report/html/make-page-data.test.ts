import { expect, test } from 'vitest';
import { makeFinding, makeReport, makeVerdict } from '../../../test/support/make-report.ts';
import { makeResults } from '../../check/results.ts';
import type { TraceReport } from '../../check/trace-report.ts';
import type { LiveRun } from '../../check/results.ts';
import { PARTS } from '../../spec/needs.ts';
import { makePageData } from './make-page-data.ts';
import type { PageSources } from './make-page-data.ts';

/** `gating`: identities of the findings that make the run fail. */
function page(
  reports: readonly TraceReport[],
  changes: Partial<PageSources> & { gating?: string[] } = {},
  live?: LiveRun,
) {
  const { gating = [] } = changes;
  return makePageData({
    results: makeResults('check', 'barometer 0.0.0', reports, makeVerdict({ gating }), live),
    skip: new Set(),
    timelines: [],
    untold: 0,
    scenarios: new Map(),
    curves: [],
    files: new Map(),
    again: (input) => `barometer check ${input}`,
    ...changes,
  });
}

test('each rule is in one state', () => {
  const report = makeReport({
    exercised: { 'BAR-003': 4, 'HDR-001': 9 },
    findings: [makeFinding({}, { count: 2 })],
    parts: PARTS.filter((part) => part !== 'MSI' && part !== 'CAM'),
  });
  const { rules } = page([report], { skip: new Set(['HDR-002']) });
  const told = ['BAR-003', 'HDR-001', 'HDR-002', 'HDR-003', 'MSI-001', 'CAM-001', 'CONC-001'].map((id) => {
    const { state, exercised, broken, why } = rules.find((rule) => rule.id === id)!;
    return [id, state, exercised, broken, why];
  });
  expect(told).toEqual([
    ['BAR-003', 'broken', 4, 2, ''],
    ['HDR-001', 'exercised', 9, 0, ''],
    ['HDR-002', 'switched off', 0, 0, ''],
    ['HDR-003', 'never reached', 0, 0, ''],
    ['MSI-001', 'not applicable', 0, 0, 'no function that was looked at has MSI.'],
    ['CAM-001', 'not applicable', 0, 0, 'the machine has no configuration ports.'],
    [
      'CONC-001',
      'not observable',
      0,
      0,
      'It needs the start and the end of each access, and a trace has one moment of each.',
    ],
  ]);
  expect(rules).toHaveLength(273);
});

test('what one of several machines has is applicable', () => {
  const one = makeReport({ name: 'a', parts: ['MSI'] });
  const other = makeReport({ name: 'b', parts: ['bridge'] });
  const state = (id: string, reports: TraceReport[]): string =>
    page(reports).rules.find((rule) => rule.id === id)!.state;
  expect([state('BRG-001', [one]), state('BRG-001', [one, other])]).toEqual(['not applicable', 'never reached']);
  // Nobody answered: nothing is said.
  expect(state('BRG-001', [makeReport()])).toBe('never reached');
});

test('what fails the run stands first, then what is new, then what is known', () => {
  const [known, weak, failing] = [
    makeFinding({ register: 'BAR 0' }, { known: true, reason: 'as agreed' }),
    makeFinding({ rule: 'HDR-006', register: 'BAR 1' }),
    makeFinding({ rule: 'HDR-001', register: 'Vendor ID' }),
  ];
  const { findings } = page([makeReport({ findings: [known, weak, failing] })], { gating: [failing.id] });
  expect(findings.map(({ id, gating, reason }) => [id, gating, reason])).toEqual([
    [failing.id, true, ''],
    [weak.id, false, ''],
    [known.id, false, 'as agreed'],
  ]);
  expect(findings[0]).toMatchObject({
    where: 'a.txt:8',
    index: 7,
    command: 'barometer check a.txt',
    place: '',
    picture: -1,
  });
});

test('a failure has its steps, its own command and its picture; what is like it leads there', () => {
  const [one, like] = [makeFinding(), makeFinding({ register: 'BAR 1' })];
  const failure = `failures/${one.id}`;
  const live = {
    target: 'emulated',
    seed: 'seed',
    sweepAccesses: 0,
    failures: new Map([[one.id, { failure, steps: 2, reproduced: true }]]),
  };
  const timeline = {
    steps: 9,
    regions: [],
    vectors: [],
    omitted: { regions: 0, vectors: 0 },
    before: { [one.id]: ['read port 0xcfc 4 -> 0x0'] },
  };
  const { findings, seed, pictures } = page(
    [makeReport({ findings: [one, like] })],
    {
      scenarios: new Map([[failure, 'size bar fn.0\nread fn.bar0 4\n']]),
      files: new Map([[`${failure}/command.txt`, 'barometer run scenario.txt --target emulated\n']]),
      timelines: [{ name: failure, timeline, divergences: [[5, one.id]] }],
    },
    live,
  );
  const command = 'barometer run scenario.txt --target emulated';
  expect(seed).toBe('seed');
  expect(pictures.map(({ name }) => name)).toEqual([failure]);
  expect(findings[0]).toMatchObject({
    id: one.id,
    index: 5,
    steps: ['size bar fn.0', 'read fn.bar0 4'],
    before: ['read port 0xcfc 4 -> 0x0'],
    command,
    place: failure,
    picture: 0,
    alike: null,
  });
  expect(findings[1]).toMatchObject({ id: like.id, steps: [], command, place: failure, picture: -1, alike: one.id });
});

test('what is left out is said', () => {
  const findings = Array.from({ length: 20_001 }, (_, number) => makeFinding({ register: `BAR 0 of n${number}` }));
  const data = page([makeReport({ findings })], { untold: 3 });
  expect(data.findings).toHaveLength(20_000);
  expect(data.omissions).toEqual([
    '20 000 of 20 001 findings are on this page; all are in results.json.',
    '3 recordings more than a page bears, without a timeline.',
  ]);
});

test('classes by name, and by number where they have none', () => {
  const functions = [0x020000, 0xfe0100, -1].map((classCode, device) => ({
    bdf: device << 3,
    vendor: 1,
    device,
    classCode,
  }));
  expect(page([makeReport({ functions })]).inputs[0]!.functions.map((one) => one.class)).toEqual([
    'Ethernet controller',
    'class fe0100',
    '',
  ]);
});

test('totals', () => {
  expect(page([makeReport()]).totals).toEqual([
    ['input', '1'],
    ['accesses', '10'],
    ['events', '1'],
    ['undecoded', '2'],
    ['rules exercised', '2'],
    ['rules broken', '0'],
    ['divergences', '0'],
    ['bits known beforehand', '33.3 %'],
  ]);
});
