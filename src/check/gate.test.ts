import { expect, test } from 'vitest';
import { CUT, makeFinding, makeReport } from '../../test/support/make-report.ts';
import { RULES } from '../spec/rules.ts';
import { gates, judge, profileComplaints, verdictWord } from './gate.ts';
import type { TraceReport } from './trace-report.ts';
import type { Profile } from './profile.ts';

const lenient = { strict: false };
const strict = { strict: true };

const ruleOf = (strength: string): string => {
  const rule = RULES.find((candidate) => candidate.strength === strength);
  if (rule === undefined) throw new Error(`the catalogue has no rule of strength ${strength}`);
  return rule.id;
};

test.each([
  ['MUST', true],
  ['UNDEFINED', true],
  ['SHOULD', false],
  ['MAY', false],
  ['FIRMWARE-CONVENTION', false],
])('a new finding of a %s rule fails a run: %s; with --strict always', (strength, fails) => {
  const finding = makeFinding({ rule: ruleOf(strength) });
  expect(gates(finding, false)).toBe(fails);
  expect(gates(finding, true)).toBe(true);
});

test('a known finding never fails a run', () => {
  expect(gates(makeFinding({}, { known: true }), false)).toBe(false);
  expect(gates(makeFinding({}, { known: true }), true)).toBe(false);
});

const statusOf = (reports: TraceReport[]): number => judge(reports, [], [], lenient).status;

test('the status of several traces: 1 wins over 2, 2 over 0', () => {
  const good = makeReport();
  const cut = makeReport(CUT);
  const bad = makeReport({ findings: [makeFinding()] });
  const cutAndBad = makeReport({ ...CUT, findings: [makeFinding()] });
  expect(statusOf([good])).toBe(0);
  expect(statusOf([good, cut])).toBe(2);
  expect(statusOf([cut, bad])).toBe(1);
  expect(statusOf([cutAndBad])).toBe(1);
});

test('a trace of which nothing was decoded is 2: nothing ran', () => {
  const nothing = judge([makeReport({ accesses: 0 })], [], [], lenient);
  expect(nothing.objections).toMatchObject([{ kind: 'undecoded', where: 'a.txt', fails: true }]);
  expect(statusOf([makeReport({ accesses: 5, undecoded: { 'no ECAM': 3, 'no RAM': 2 } })])).toBe(2);
  expect(statusOf([makeReport({ accesses: 0, undecoded: {} })])).toBe(2);
  expect(statusOf([makeReport({ accesses: 6, undecoded: { 'no ECAM': 5 } })])).toBe(0);
});

const profile = (known: Partial<Profile['known'][number]>[]): Profile => ({
  name: 'p.yaml',
  sha256: '',
  machine: {},
  choices: {},
  known: known.map((entry) => ({
    id: 'BAR-003-00000000',
    rule: 'BAR-003',
    reason: 'why',
    owner: '',
    until: '',
    line: 1,
    ...entry,
  })),
});

test('entries of a profile that did not occur, lack a reason or have expired are told', () => {
  const finding = makeFinding();
  const reports = [makeReport({ profile: 'p.yaml', findings: [{ ...finding, known: true }] })];
  const known = profile([
    { id: finding.id, line: 3 },
    { id: 'BAR-003-11111111', line: 4 },
    { id: finding.id, reason: ' ', line: 5 },
    { id: finding.id, until: '2026-12-31', line: 6 },
    { id: finding.id, until: '2027-01-01', line: 7 },
  ]);
  const { status, complaints } = judge(reports, [known], [], { strict: true, today: '2027-01-01' });
  expect(complaints.map(({ line, what }) => `${line} ${what}`)).toEqual([
    '4 did not occur',
    '5 has no reason',
    '6 has expired',
  ]);
  expect(status).toBe(1);
  expect(judge(reports, [known], [], lenient).status).toBe(0);
});

test('without a date nothing expires', () => {
  const finding = makeFinding();
  const reports = [makeReport({ profile: 'p.yaml', findings: [finding] })];
  expect(profileComplaints(profile([{ id: finding.id, until: '2001-01-01' }]), reports, strict)).toEqual([]);
});

test('an entry is missed only where its profile was in force and every trace was read to the end', () => {
  const entry = profile([{ id: 'BAR-003-11111111' }]);
  const whole = makeReport({ profile: 'p.yaml' });
  const cut = makeReport({ profile: 'p.yaml', ...CUT });
  expect(profileComplaints(entry, [whole], strict)).toHaveLength(1);
  expect(profileComplaints(entry, [whole, cut], strict)).toEqual([]);
  const elsewhere = makeReport({ profile: 'other.yaml', findings: [makeFinding({}, { id: 'BAR-003-11111111' })] });
  expect(profileComplaints(entry, [whole, elsewhere], strict)).toHaveLength(1);
});

test('the strength that a document gives a finding is the one that counts', () => {
  const finding = makeFinding();
  expect(gates({ ...finding, strength: 'SHOULD' }, false)).toBe(false);
  expect(gates({ ...makeFinding({ rule: ruleOf('SHOULD') }), strength: 'MUST' }, false)).toBe(true);
});

test('a scenario without a place on the target, or a target that differs, fails a strict run only', () => {
  const objections = [{ kind: 'unbound', where: 's.txt', what: 'cannot be bound: there is no bridge.' }] as const;
  const good = makeReport();
  expect(judge([good], [], objections, lenient)).toEqual({
    status: 0,
    gating: [],
    complaints: [],
    objections: [{ ...objections[0], fails: false }],
  });
  const verdict = judge([good], [], objections, strict);
  expect(verdict).toMatchObject({ status: 1, objections: [{ fails: true }] });
  expect(verdictWord(verdict)).toBe('diverges');
  expect(judge([makeReport(CUT)], [], objections, strict).status).toBe(2);
  expect(judge([good], [], [], strict).status).toBe(0);
});

test('a verdict names each finding that fails the run once, and the complaints of a strict run', () => {
  const finding = makeFinding();
  const weak = makeFinding({ rule: ruleOf('SHOULD') });
  const reports = [makeReport({ findings: [finding, weak] }), makeReport({ name: 'b.txt', findings: [finding] })];
  const known = [profile([{ id: 'BAR-003-11111111' }])];
  expect(judge(reports, known, [], lenient)).toMatchObject({ status: 1, gating: [finding.id], complaints: [] });
  const verdict = judge(reports, known, [], strict);
  expect(verdict.gating).toEqual([finding.id, weak.id].toSorted());
  expect(verdict.complaints).toMatchObject([{ what: 'did not occur' }]);
  expect(judge([makeReport()], known, [], strict)).toMatchObject({ status: 1, gating: [] });
});

test('what was not judged or written is 2 also without --strict, and an interrupted run 130', () => {
  const [good, bad] = [makeReport(), makeReport({ findings: [makeFinding()] })];
  const of = (kind: 'unbound' | 'unsaved' | 'interrupted', ...reports: TraceReport[]) =>
    judge(reports, [], [{ kind, where: 'x', what: 'y.' }], lenient);
  expect(of('unsaved', good)).toMatchObject({ status: 2, objections: [{ fails: true }] });
  expect(of('unsaved', bad).status).toBe(1);
  expect(of('unbound')).toMatchObject({ status: 2, objections: [{ fails: true }] });
  expect(of('interrupted', good).status).toBe(130);
  expect(verdictWord(of('interrupted', good))).toBe('interrupted');
  expect(of('interrupted', bad).status).toBe(130);
  expect(verdictWord(of('interrupted', bad))).toBe('diverges');
});
