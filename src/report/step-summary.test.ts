import { marked } from 'marked';
import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport } from '../../test/support/make-report.ts';
import { makeResults } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { stepSummary, SUMMARY_BYTES_AT_MOST } from './step-summary.ts';

const RUN = { verdict: 'diverges', again: 'barometer check a.txt', report: 'reports/x' };
const page = (reports: readonly TraceReport[], gating: readonly string[], run = RUN): string =>
  stepSummary(makeResults('check', 'barometer 0.0.0', reports, []), new Set(gating), run);

test('the page has verdict, findings, coverage and the command', () => {
  const failing = makeFinding();
  const weak = makeFinding({ register: 'BAR 1' });
  const known = makeFinding({ register: 'BAR 2' }, { known: true, reason: 'it is meant' });
  const text = page([makeReport({ findings: [failing, weak, known], ...CUT })], [failing.id]);
  expect(text).toMatch(/^## Barometer check: diverges\n/);
  expect(text).toContain('1 finding that fails the run, 1 other new finding, 1 known finding in 1 trace.');
  expect(text).toContain(`| \`${failing.id}\` | BAR-003 Low address bits are hardwired zero (MUST, `);
  expect(text).toContain('| `a.txt:8` | `BAR 0` | `0x0` | `0x1` |');
  expect(text).toContain(`| \`${known.id}\` | \`it is meant\` |`);
  expect(text).toContain('a.txt:7: the trace breaks off here');
  expect(text).toContain('| 10 | 2 | 1 | 33.3% | 2 |');
  expect(text).toContain('```sh\nbarometer check a.txt\n```');
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: adds nothing to the page but text',
  (_name, text) => {
    const shown = (words: string): string[] => {
      const finding = makeFinding({ register: words, expected: words, actual: words });
      const known = makeFinding({ register: 'BAR 2' }, { known: true, reason: words });
      const report = makeReport({ name: words, findings: [finding, known], problems: [words], problemCount: 1 });
      const markdown = page([report], [finding.id], { verdict: 'diverges', again: words, report: words });
      expect(markdown).not.toMatch(ODD);
      const html = marked.parse(markdown, { async: false });
      return [...html.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
    };
    expect(shown(text)).toEqual(shown('plain'));
  },
);

test('however much there is, GitHub takes the page', () => {
  const words = '\u001B'.repeat(500);
  const make = (index: number, known: boolean) =>
    makeFinding({ shape: `${index}`, register: words, expected: words, actual: words }, { known, reason: words });
  const failing = Array.from({ length: 400 }, (_one, index) => make(index, false));
  const others = Array.from({ length: 400 }, (_one, index) => make(1000 + index, false));
  const known = Array.from({ length: 400 }, (_one, index) => make(2000 + index, true));
  const report = makeReport({ name: words, findings: [...failing, ...others, ...known] });
  const text = page(
    [report],
    failing.map(({ id }) => id),
    { verdict: 'diverges', again: words, report: words },
  );
  expect(Buffer.byteLength(text)).toBeLessThan(SUMMARY_BYTES_AT_MOST);
  expect(text).toContain('300 more findings in the report.');
});
