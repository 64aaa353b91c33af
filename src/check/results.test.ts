import { describe, expect, test } from 'vitest';
import { makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { makeResults, resultsText } from './results.ts';
import { resultsSchema } from './results-schema.ts';
import type { TraceReport } from './trace-report.ts';

const results = (reports: readonly TraceReport[]) => makeResults('check', 'barometer 0.0.0', reports, makeVerdict());

describe('the results document', () => {
  const one = makeReport({ name: 'one', findings: [makeFinding({}, { count: 3 })], learned: { hole: 'zero' } });
  const two = makeReport({
    name: 'two',
    findings: [
      makeFinding({ line: 99 }, { count: 4 }),
      makeFinding({ register: 'BAR 1' }, { known: true, reason: 'r' }),
    ],
    learned: { hole: 'ones' },
    declared: { pm: 'cosmetic', zero_bar: 'skip' },
    excused: { 'pm=cosmetic': { 'PM-003': 2 } },
    notes: [{ topic: 'life-cycle', index: 1, line: 2, text: 'the function was reset', count: 5 }],
  });

  test('has the shape that its schema promises', () => {
    expect(resultsSchema.parse(results([one, two]))).toEqual(results([one, two]));
    expect(resultsSchema.parse(results([]))).toEqual(results([]));
  });

  test('does not depend on the order of the traces', () => {
    expect(resultsText(results([two, one]))).toBe(resultsText(results([one, two])));
  });

  test('counts occurrences as divergences and identities as findings', () => {
    const { totals, findings } = results([one, two]);
    expect(totals).toMatchObject({ divergences: 8, findings: 2, known: 1, accesses: 20, undecoded: 4 });
    expect(findings.map(({ count, input, line }) => ({ count, input, line }))).toContainEqual({
      count: 7,
      input: 'one',
      line: 8,
    });
  });

  test('tells a finding by its new occurrence, when a profile knows it elsewhere', () => {
    const known = makeReport({ name: 'a', findings: [makeFinding({ line: 1 }, { known: true, reason: 'r' })] });
    const fresh = makeReport({ name: 'b', findings: [makeFinding({ line: 2 })] });
    expect(results([known, fresh]).findings).toMatchObject([
      { known: false, input: 'b', line: 2, count: 2, reason: '' },
    ]);
    expect(results([known]).findings).toMatchObject([{ known: true, input: 'a', reason: 'r' }]);
  });

  test('names a choice for the whole run only where the traces agree', () => {
    expect(results([one, two]).choices).toEqual({
      inForce: { pm: 'cosmetic', zero_bar: 'skip' },
      learned: {},
      excused: { 'pm=cosmetic': { 'PM-003': 2 } },
    });
    expect(results([one]).choices.learned).toEqual({ hole: 'zero' });
  });

  test('sums what each deviation excused, by rule', () => {
    const more = makeReport({
      name: 'more',
      excused: { 'pm=cosmetic': { 'PM-003': 1 }, 'bme=ignored': { 'CMD-010': 4 } },
    });
    expect(results([two, more]).choices.excused).toEqual({
      'bme=ignored': { 'CMD-010': 4 },
      'pm=cosmetic': { 'PM-003': 3 },
    });
    expect(results([two, more]).inputs.map(({ choices }) => choices.excused)).toEqual([more.excused, two.excused]);
  });

  test('tells how often each rule was exercised and broken', () => {
    expect(results([one, two]).rules).toEqual([
      { id: 'BAR-003', exercised: 4, broken: 8 },
      { id: 'CAM-001', exercised: 8, broken: 0 },
    ]);
    expect(results([one]).totals).toMatchObject({ rulesExercised: 2, rulesBroken: 1 });
  });

  test('gives the known bits as a share of four digits, never rounded up to all', () => {
    expect(results([one]).totals.knownBits).toBe(0.3333);
    expect(results([makeReport({ bitsKnown: 99_999, bitsAnswered: 100_000 })]).totals.knownBits).toBe(0.9999);
    expect(results([makeReport({ bitsKnown: 0, bitsAnswered: 0 })]).totals.knownBits).toBe(0);
  });
});

test('a divergence of a rule that the catalogue has not is a bug of Barometer', () => {
  expect(() => results([makeReport({ findings: [makeFinding({ rule: 'NIX-001' })] })])).toThrow('NIX-001');
});
