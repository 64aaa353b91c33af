import { marked } from 'marked';
import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { makeResults } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { shellWord } from './shell-word.ts';
import { stepSummary, SUMMARY_BYTES_AT_MOST } from './step-summary.ts';

const RUN = { again: 'barometer check a.txt', report: 'reports/x' };
const page = (reports: readonly TraceReport[], gating: readonly string[], run = RUN): string =>
  stepSummary(makeResults('check', 'barometer 0.0.0', reports, makeVerdict({ status: 1, gating })), run);

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
  expect(text).toContain('```bash\nbarometer check a.txt\n```');
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: adds nothing to the page but text',
  (_name, text) => {
    const shown = (words: string): string[] => {
      const finding = makeFinding({ register: words, expected: words, actual: words });
      const known = makeFinding({ register: 'BAR 2' }, { known: true, reason: words });
      const report = makeReport({ name: words, findings: [finding, known], problems: [words], problemCount: 1 });
      const markdown = page([report], [finding.id], { again: shellWord(words.slice(0, 10_000)), report: words });
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
  const problems = Array.from({ length: 100 }, () => words);
  const report = makeReport({ name: words, findings: [...failing, ...others, ...known], problems, problemCount: 100 });
  const verdict = makeVerdict({
    status: 1,
    gating: failing.map(({ id }) => id),
    complaints: Array.from({ length: 400 }, () => {
      return { profile: words, line: 1, id: words, what: 'did not occur' } as const;
    }),
    objections: Array.from({ length: 400 }, () => {
      return { kind: 'unbound', where: words, what: words, fails: true } as const;
    }),
  });
  const results = makeResults('check', 'barometer 0.0.0', [report], verdict);
  const again = 'barometer check a.txt';
  const text = stepSummary(results, { again, report: words });
  expect(Buffer.byteLength(text)).toBeLessThan(SUMMARY_BYTES_AT_MOST);
  expect(text).toContain('300 more findings in the report.');
  expect(text).toContain('380 more in the report');
  expect(text).toContain(`\`\`\`bash\n${again}\n\`\`\``);
});

test('a command is whole, and so that a shell takes it; one for which there is no room is left out', () => {
  const traces = Array.from({ length: 2000 }, (_one, index) => `traces/boot of machine ${index}\n.log`);
  const again = ['barometer', 'check', ...traces].map(shellWord).join(' ');
  const block = /```bash\n(.*)\n```/.exec(page([makeReport()], [], { again, report: 'x' }));
  expect(block?.[1]).toBe(again);
  const verdict = makeVerdict({ status: 1 });
  const full = stepSummary(makeResults('check', 'barometer 0.0.0', [makeReport()], verdict), {
    again,
    report: 'x',
    room: 20_000,
  });
  expect(full).not.toContain('barometer check');
  expect(full.replaceAll('\n', ' ')).toContain('too long for this page; the log of the job has it.');
  expect(full).toContain('The whole report is in `x`.');
});

test('what only --strict does not let pass stands above the findings, with whether it fails the run', () => {
  const objection = { kind: 'differing', where: 'lane 3', what: 'the target does not do the same twice.' } as const;
  const told = (fails: boolean): string => {
    const verdict = makeVerdict({ status: fails ? 1 : 0, objections: [{ ...objection, fails }] });
    return stepSummary(makeResults('fuzz', 'barometer 0.0.0', [makeReport()], verdict), RUN);
  };
  expect(told(true)).toMatch(/^## Barometer fuzz: diverges\n/);
  expect(told(true)).toContain('### This fails the run\n\n- `lane 3`: the target does not do the same twice.\n');
  expect(told(false)).toMatch(/^## Barometer fuzz: conforms\n/);
  expect(told(false)).toContain('### With --strict this would fail the run\n');
});
