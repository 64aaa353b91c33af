import { expect, test } from 'vitest';
import { CUT, makeFinding, makeReport, makeVerdict } from '../../../test/support/make-report.ts';
import type { Verdict } from '../../check/gate.ts';
import { makeResults } from '../../check/results.ts';
import type { LiveRun } from '../../check/results.ts';
import type { TraceReport } from '../../check/trace-report.ts';
import { verdictOf } from './verdict.ts';

/** The words for a run over one trace that came to `changes`. */
const verdict = (report: TraceReport, changes: Partial<Verdict> = {}, off = 0, live?: LiveRun) =>
  verdictOf(makeResults('check', 'barometer 0.0.0', [report], makeVerdict(changes), live), off);
/** BAR-003 (MUST) twice, and HDR-006 (SHOULD). */
const MUST = makeFinding();
const OTHER = makeFinding({ register: 'BAR 1' });
const SHOULD = makeFinding({ rule: 'HDR-006', register: 'Header Type' });
const NOTHING = 'No access and no event was found that a rule forbids.';

test('nothing was found', () => {
  expect(verdict(makeReport())).toEqual({
    verdict: 'conforms',
    headline: 'Conforms',
    details: [NOTHING],
  });
});

test('findings of one strength in one rule', () => {
  const report = makeReport({ findings: [MUST, OTHER] });
  expect(verdict(report, { status: 1, gating: [MUST.id, OTHER.id] })).toEqual({
    verdict: 'diverges',
    headline: '2 new findings of MUST strength in 1 rule',
    details: [],
  });
});

test('findings of several strengths, as with --strict', () => {
  const report = makeReport({ findings: [MUST, SHOULD] });
  expect(verdict(report, { status: 1, gating: [MUST.id, SHOULD.id] }).headline).toBe(
    '2 new findings (1 MUST, 1 SHOULD) in 2 rules',
  );
});

test('known findings and weak ones let a run conform, and are told', () => {
  const known = { ...MUST, known: true, reason: 'as agreed' };
  expect(verdict(makeReport({ findings: [known, SHOULD] }), {}, 12)).toEqual({
    verdict: 'conforms',
    headline: 'Conforms',
    details: [
      '1 known finding that the profile accepts.',
      '1 new finding of strengths that do not fail a run without --strict.',
      '12 rules switched off by --skip or --only.',
    ],
  });
});

test('an input that breaks off, without a finding and with one', () => {
  expect(verdict(makeReport(CUT), { status: 2 })).toEqual({
    verdict: 'incomplete',
    headline: 'Not everything could be checked',
    details: [NOTHING, 'a.txt could not be read in full.'],
  });
  const broken = makeReport({ ...CUT, findings: [MUST] });
  expect(verdict(broken, { status: 1, gating: [MUST.id] })).toEqual({
    verdict: 'diverges',
    headline: '1 new finding of MUST strength in 1 rule',
    details: ['a.txt could not be read in full.'],
  });
});

test('a profile that is not in order', () => {
  const complaint = { profile: 'p.yaml', line: 3, id: MUST.id, what: 'has no reason' } as const;
  expect(verdict(makeReport(), { status: 1, complaints: [complaint] })).toEqual({
    verdict: 'diverges',
    headline: 'The profile is not in order',
    details: [NOTHING, '1 entry of the profile not in order.'],
  });
});

test('what did not come back', () => {
  const live = {
    target: 'exec',
    seed: 's',
    sweepAccesses: 0,
    failures: new Map([[MUST.id, { failure: `failures/${MUST.id}`, steps: 1, reproduced: false }]]),
  };
  expect(verdict(makeReport({ findings: [MUST] }), {}, 0, live).details).toEqual([
    '1 new finding of strengths that do not fail a run without --strict.',
    '1 finding did not come back on a fresh machine.',
  ]);
});

test('a strict run with scenarios that were not run', () => {
  const objection = { kind: 'unbound', where: 'a.txt', what: 'it cannot be bound', fails: true } as const;
  expect(verdict(makeReport(), { status: 1, objections: [objection] })).toMatchObject({ verdict: 'diverges' });
  expect(verdict(makeReport(), { objections: [{ ...objection, fails: false }] })).toMatchObject({
    verdict: 'conforms',
  });
});
