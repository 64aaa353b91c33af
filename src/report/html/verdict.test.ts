import { expect, test } from 'vitest';
import { CUT, makeFinding, makeReport } from '../../../test/support/make-report.ts';
import { makeResults } from '../../check/results.ts';
import type { TraceReport } from '../../check/trace-report.ts';
import { verdictOf } from './verdict.ts';

const results = (...reports: TraceReport[]) => makeResults('check', 'barometer 0.0.0', reports, []);
/** BAR-003 (MUST) twice, and HDR-006 (SHOULD). */
const MUST = makeFinding();
const OTHER = makeFinding({ register: 'BAR 1' });
const SHOULD = makeFinding({ rule: 'HDR-006', register: 'Header Type' });
const NOTHING = 'No access and no event was found that a rule forbids.';

test('nothing was found', () => {
  expect(verdictOf(results(makeReport()), new Set(), 0, 0)).toEqual({
    verdict: 'conforms',
    headline: 'Conforms',
    details: [NOTHING],
  });
});

test('findings of one strength in one rule', () => {
  const run = results(makeReport({ findings: [MUST, OTHER] }));
  expect(verdictOf(run, new Set([MUST.id, OTHER.id]), 1, 0)).toEqual({
    verdict: 'diverges',
    headline: '2 new findings of MUST strength in 1 rule',
    details: [],
  });
});

test('findings of several strengths, as with --strict', () => {
  const run = results(makeReport({ findings: [MUST, SHOULD] }));
  expect(verdictOf(run, new Set([MUST.id, SHOULD.id]), 1, 0).headline).toBe(
    '2 new findings (1 MUST, 1 SHOULD) in 2 rules',
  );
});

test('known findings and weak ones let a run conform, and are told', () => {
  const known = { ...MUST, known: true, reason: 'as agreed' };
  const run = results(makeReport({ findings: [known, SHOULD] }));
  expect(verdictOf(run, new Set(), 0, 12)).toEqual({
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
  expect(verdictOf(results(makeReport(CUT)), new Set(), 2, 0)).toEqual({
    verdict: 'incomplete',
    headline: 'Not everything could be checked',
    details: [NOTHING, 'a.txt could not be read in full.'],
  });
  const broken = results(makeReport({ ...CUT, findings: [MUST] }));
  expect(verdictOf(broken, new Set([MUST.id]), 1, 0)).toEqual({
    verdict: 'diverges',
    headline: '1 new finding of MUST strength in 1 rule',
    details: ['a.txt could not be read in full.'],
  });
});

test('a profile that is not in order', () => {
  const complaint = { profile: 'p.yaml', line: 3, id: MUST.id, what: 'has no reason' } as const;
  const run = makeResults('check', 'barometer 0.0.0', [makeReport()], [complaint]);
  expect(verdictOf(run, new Set(), 1, 0)).toEqual({
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
  const run = makeResults('fuzz', 'barometer 0.0.0', [makeReport({ findings: [MUST] })], [], live);
  expect(verdictOf(run, new Set(), 0, 0).details).toEqual([
    '1 new finding of strengths that do not fail a run without --strict.',
    '1 finding did not come back on a fresh machine.',
  ]);
});
