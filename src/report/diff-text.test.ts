import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { diffResults } from '../check/diff.ts';
import { makeResults } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { diffText } from './diff-text.ts';
import { plain } from './paint.ts';

function text(before: readonly TraceReport[], after: readonly TraceReport[], strict = false): string {
  const make = (reports: readonly TraceReport[]) => makeResults('check', 'barometer 0.0.0', reports, makeVerdict());
  const diff = diffResults(make(before), make(after), strict);
  return diffText(diff, diff.gating.length > 0 || (strict && diff.rules.lost.length > 0) ? 1 : 0, strict, plain);
}

test('a screen says what is new, gone and changed, and how it ends', () => {
  const [stays, goes, comes] = ['stays', 'goes', 'comes'].map((shape) => makeFinding({ shape }));
  const before = [makeReport({ findings: [stays!, goes!], exercised: { 'CAM-001': 4 } })];
  const after = [makeReport({ findings: [{ ...stays!, count: 3 }, comes!], exercised: { 'MSI-001': 1 } })];
  expect(text(before, after)).toMatchInlineSnapshot(`
    "new findings
      BAR-003-dce47a50 Low address bits are hardwired zero; BAR 0; comes (class
        020000 8086:10d3)

    findings that are gone
      BAR-003-470fdc0e Low address bits are hardwired zero; BAR 0; goes (class
        020000 8086:10d3)

    findings that have changed
      BAR-003-70102cf4 occurred 3 times, not 1: Low address bits are hardwired
        zero; BAR 0; stays (class 020000 8086:10d3)

    rules no longer exercised
      CAM-001

    rules newly exercised
      MSI-001

    totals
                   old  new
      divergences    2    4

    WORSE: 1 new finding, 1 gone, 1 changed, 1 rule no longer exercised.
    "
  `);
});

test('nothing but the verdict is said of equal runs', () => {
  expect(text([makeReport()], [makeReport()])).toBe(
    'NO WORSE: 0 new findings, 0 gone, 0 changed, 0 rules no longer exercised.\n',
  );
});

test('with strict coverage that was lost is the reason', () => {
  const [more, less] = [{ 'BAR-003': 1, 'CAM-001': 1 }, { 'BAR-003': 1 }].map((exercised) => [
    makeReport({ exercised }),
  ]);
  expect(text(more!, less!)).toMatch(/^NO WORSE: .* 1 rule no longer exercised\.$/m);
  expect(text(more!, less!, true)).toMatch(/^WORSE: .* \(--strict: coverage was lost\)\.$/m);
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])('%s: steers nothing', (_name, words) => {
  const finding = makeFinding({ register: words, shape: words });
  const shown = text([makeReport({ name: words })], [makeReport({ name: `${words} `, findings: [finding] })]);
  expect(shown).not.toMatch(ODD);
  expect(shown).not.toMatch(/^\s*::/m);
  expect(shown).not.toContain('##[');
  expect(shown.length).toBeLessThan(30_000);
});
